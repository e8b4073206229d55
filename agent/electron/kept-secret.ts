import type { Files } from '../../shared/world.ts'

/** The system's own store of keys (part of Electron's safeStorage). `getSelectedStorageBackend`: Linux only. */
export interface SafeStorage {
  isEncryptionAvailable(): boolean
  getSelectedStorageBackend?(): string
  encryptString(text: string): Buffer
  decryptString(encrypted: Buffer): string
}

/** What the system offers: `basic-text` is readable by every program of the user, so it counts as nothing. */
export type SecretProtection = 'encrypted' | 'basic-text' | 'none'

export interface KeptSecret {
  protection(): SecretProtection
  /** Keeps it across restarts; false, and nothing is written, where the system can't protect it. */
  keep(text: string): boolean
  /** Null: none is kept, or it can't be read any more. */
  read(): string | null
  forget(): void
}

/** One secret in a file that only this user, on this PC, can read. */
export function keptSecret(parts: {
  safeStorage: SafeStorage
  platform: string
  files: Pick<Files, 'readText' | 'writePrivate' | 'remove'>
  path: string
}): KeptSecret {
  const { safeStorage, files, path } = parts
  function protection(): SecretProtection {
    if (!safeStorage.isEncryptionAvailable()) return 'none'
    if (parts.platform !== 'linux') return 'encrypted'
    const backend = safeStorage.getSelectedStorageBackend?.() ?? 'unknown'
    return backend === 'basic_text' || backend === 'unknown' ? 'basic-text' : 'encrypted'
  }
  return {
    protection,
    keep(text) {
      if (protection() !== 'encrypted') return false
      files.writePrivate(path, safeStorage.encryptString(text).toString('base64'))
      return true
    },
    read() {
      const kept = files.readText(path)
      if (kept === null || protection() !== 'encrypted') return null
      try {
        return safeStorage.decryptString(Buffer.from(kept, 'base64'))
      } catch {
        files.remove(path) // of another user or keyring: it can never be read again
        return null
      }
    },
    forget: () => files.remove(path),
  }
}
