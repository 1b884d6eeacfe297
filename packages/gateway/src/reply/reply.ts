/**
 * A RESP2 reply as the engine sent it: bulk strings as bytes, integers and status lines as text (so that 64 bits
 * stay exact), nil as null, an error reply as an `Error` whose message is the server's line without the "-".
 */
export type Reply = Buffer | string | null | Error | Reply[];

const INTEGER = /^-?\d+$/;

/** Integers and status lines both arrive as text; no command has a status line made of digits. */
export const isInteger = (text: string): boolean => INTEGER.test(text);
