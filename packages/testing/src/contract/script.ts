import { KEY_LOCKING, type Script } from "@holdfast/core";

/** A script of the contract's own, with the digests that `EVALSHA` needs. */
export async function scriptOf(source: string): Promise<Script> {
  const [digest, keyLockingDigest] = await Promise.all([sha1(source), sha1(KEY_LOCKING + source)]);
  return { name: "contract", source, digest, keyLockingDigest };
}

async function sha1(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
