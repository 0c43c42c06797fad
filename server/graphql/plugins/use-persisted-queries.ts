import { useAPQ } from '@graphql-yoga/plugin-apq'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'

/** Limits stored documents to 16 MiB per process, at two bytes per character, however many clients there are. */
const MOST_CHARACTERS = 8 * 1_048_576
/** Memory overhead of an entry, in characters. */
const ENTRY_CHARACTERS = 256

/**
 * Automatic persisted queries: a client sends a document's SHA-256 hash instead of the document. If the server does not
 * know the hash, the client sends both. Each process keeps the most recently used documents.
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
