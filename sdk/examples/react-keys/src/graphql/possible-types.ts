/** The types of each interface in the documents. Without them, a cache does not know which results are errors. */
export const possibleTypes = {
  Error: [
    'ConflictError',
    'ForbiddenError',
    'InvalidStateError',
    'LimitExceededError',
    'NotFoundError',
    'ValidationError',
  ],
}
