import { toBase64Url } from "../digest.ts";

/** An API key is `hf_<id>_<secret>`: the id finds its record and may be shown, the secret proves it. */

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ID_LENGTH = 12;
/** 192 bits. */
const SECRET_BYTES = 24;
const KEY = /^hf_([0-9A-Za-z]{12})_[\w-]{32}$/;

export interface NewKey {
  readonly id: string;
  readonly key: string;
}

export function newKey(): NewKey {
  const id = newId();
  return { id, key: `hf_${id}_${toBase64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))}` };
}

/** @returns the id in a text that has the form of a key; it proves nothing yet. */
export function keyIdIn(text: string): string | undefined {
  return KEY.exec(text)?.[1];
}

/** The part of a key that people may see, to tell it by. */
export function shownKey(id: string): string {
  return `hf_${id}_…`;
}

function newId(): string {
  let id = "";
  while (id.length < ID_LENGTH)
    // 248 = 4 × 62: a byte above would make the first letters of the alphabet likelier.
    for (const byte of crypto.getRandomValues(new Uint8Array(ID_LENGTH)))
      if (byte < 248 && id.length < ID_LENGTH) id += ALPHABET[byte % 62];
  return id;
}
