import { useAPQ } from '@graphql-yoga/plugin-apq'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'

/** Limits stored documents to 16 MiB per process, at two bytes a character, regardless of the number of clients. */
const MOST_CHARACTERS = 8 * 1_048_576
/** Memory of an entry in addition to its document, in characters. */
const ENTRY_CHARACTERS = 256

/**
 * Automatic persisted queries: a client sends the SHA-256 hash of a document instead of the document, and sends both
 * when the server does not know the hash. Each process keeps the most recently used documents.
 */
export function usePersistedQueries(): Plugin {
  const store = new LRUCache<string, string>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (document) => document.length + ENTRY_CHARACTERS,
  })
  return useAPQ({
    store: { get: (hash) => store.get(hash) ?? null, set: (hash, document) => store.set(hash, document) },
  })
}
