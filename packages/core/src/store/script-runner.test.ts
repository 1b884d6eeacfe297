import { describe, expect, it } from "vitest";
import { HoldfastError } from "../errors.ts";
import { KEY_LOCKING, type Script } from "./script.ts";
import { type CommandReply, createScriptRunner } from "./script-runner.ts";

const script: Script = { name: "test", source: "return 1", digest: "plain", keyLockingDigest: "flagged" };
const NOSCRIPT = { error: "NOSCRIPT No matching script. Please use EVAL." };
const UNKNOWN_FLAG = { error: "ERR Unexpected flag in script shebang: allow-key-locking" };

/** A server with a script cache, which knows the flag or does not; notes how it was asked. */
function server({ knowsFlag }: { knowsFlag: boolean }) {
  const cached = new Set<string>();
  const asked: string[] = [];
  const send = async ([verb, text = ""]: readonly string[]): Promise<CommandReply> => {
    const flagged = text === "flagged" || text.startsWith(KEY_LOCKING);
    asked.push(`${verb} ${flagged ? "flagged" : "plain"}`);
    await Promise.resolve();
    if (verb === "EVALSHA") return cached.has(text) ? { result: 1 } : NOSCRIPT;
    if (flagged && !knowsFlag) return UNKNOWN_FLAG;
    cached.add(flagged ? "flagged" : "plain");
    return { result: 1 };
  };
  return { asked, cached, send };
}

describe("createScriptRunner", () => {
  it("sends the source once, then the digest", async () => {
    const { asked, send } = server({ knowsFlag: true });
    const run = createScriptRunner();
    for (let i = 0; i < 3; i++) expect(await run(send, script, ["k"], ["a"])).toBe(1);
    expect(asked).toEqual(["EVALSHA flagged", "EVAL flagged", "EVALSHA flagged", "EVALSHA flagged"]);
  });

  it("finds out once that a server does not know the flag", async () => {
    const { asked, send } = server({ knowsFlag: false });
    const run = createScriptRunner();
    for (let i = 0; i < 2; i++) expect(await run(send, script, [], [])).toBe(1);
    expect(asked).toEqual([
      "EVALSHA flagged",
      "EVAL flagged",
      "EVALSHA plain",
      "EVAL plain",
      "EVALSHA plain",
    ]);
  });

  it.each([true, false])(
    "lets several scripts find out at the same time (flag known: %s)",
    async (knowsFlag) => {
      const { asked, send } = server({ knowsFlag });
      const run = createScriptRunner();
      const replies = await Promise.all([1, 2, 3].map(() => run(send, script, [], [])));
      expect(replies).toEqual([1, 1, 1]);
      asked.length = 0;
      await run(send, script, [], []);
      expect(asked).toEqual([knowsFlag ? "EVALSHA flagged" : "EVALSHA plain"]);
    },
  );

  it("sends the source again to a server that forgot it", async () => {
    const { asked, cached, send } = server({ knowsFlag: true });
    const run = createScriptRunner();
    await run(send, script, [], []);
    cached.clear();
    asked.length = 0;
    expect(await run(send, script, [], [])).toBe(1);
    expect(asked).toEqual(["EVALSHA flagged", "EVAL flagged"]);
  });

  it("counts keys before arguments, and sends both as they are", async () => {
    const sent: (readonly string[])[] = [];
    const send = async (command: readonly string[]) => {
      sent.push(command);
      return { result: null };
    };
    expect(await createScriptRunner()(send, script, ["k 1", "k2"], ["", "ä"])).toBeNull();
    expect(sent).toEqual([["EVALSHA", "flagged", "2", "k 1", "k2", "", "ä"]]);
  });

  it("rejects with an error that repeats nothing of what was sent", async () => {
    const send = async () => ({ error: "WRONGTYPE Operation against secret-key with secret-owner" });
    const error = await createScriptRunner()(send, script, ["secret-key"], ["secret-owner"]).catch((e) => e);
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({ code: "kind-mismatch" });
    expect(String(error)).not.toContain("secret");
  });

  it("learns nothing about the flag from a request that got no answer", async () => {
    const { send } = server({ knowsFlag: false });
    const run = createScriptRunner();
    const broken = () => Promise.reject(new HoldfastError("unavailable", "no answer"));
    await expect(run(broken, script, [], [])).rejects.toMatchObject({ code: "unavailable" });
    expect(await run(send, script, [], [])).toBe(1);
  });
});
