import { describe, expect, it } from "vitest";
import { isBusy, serverError } from "./server-error.ts";

describe("serverError", () => {
  it.each([
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "kind-mismatch"],
    ["NOAUTH Authentication required.", "unauthorized"],
    ["NOPERM this user has no permissions to run the 'eval' command", "unauthorized"],
    ["ERR The user executing the script can't run this command or subcommand script: 1", "unauthorized"],
    ["ERR ACL failure in script: User x has no permissions to run the 'set' command", "unauthorized"],
    ["Unauthorized: invalid token", "unauthorized"],
    ["READONLY You can't write against a read only replica.", "refused"],
    ["OOM command not allowed when used memory > 'maxmemory'.", "refused"],
    ["ERR unknown command 'EVALSHA'", "refused"],
    ["constructor", "refused"],
    ["", "refused"],
  ])("%s is %s", (line, code) => {
    expect(serverError("acquire", line)).toMatchObject({ name: "HoldfastError", code });
  });

  it("names script and code, and repeats nothing else of the line", () => {
    const { message } = serverError("acquire", "OOM near secret-key");
    expect(message).toContain('"acquire" (OOM)');
    expect(message).not.toContain("secret");
    expect(serverError("acquire", "secretkey is not an integer").message).not.toContain("secret");
  });
});

describe("isBusy", () => {
  it("knows the states that pass", () => {
    expect(["LOADING x", "BUSY x", "TRYAGAIN x", "CLUSTERDOWN x", "MASTERDOWN x"].every(isBusy)).toBe(true);
    expect(["BUSYGROUP x", "ERR LOADING", "busy", ""].some(isBusy)).toBe(false);
  });
});
