/**
 * A RESP2 reply as the engine sent it: strings as bytes, integers as text (so that 64 bits stay exact), nil as null,
 * an error reply as an `Error` whose message is the server's line without the "-". Status lines are bytes like any
 * string, or text where {@link StatusLines} asks for it.
 */
export type Reply = Buffer | string | null | Error | Reply[];

/** JSON has one kind of string, so status lines are "bytes" there; RESP2 marks them, so they are "text". */
export type StatusLines = "bytes" | "text";
