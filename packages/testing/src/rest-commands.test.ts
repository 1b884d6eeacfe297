import { expect, it } from "vitest";
import { commandsOf } from "./rest-commands.ts";

it.each([
  ["a body array", "http://db/", "POST", '["SET","k",5,true]', [["SET", "k", "5", "true"]]],
  [
    "a pipeline",
    "http://db/pipeline",
    "POST",
    '[["GET","a"],["GET","b"]]',
    [
      ["GET", "a"],
      ["GET", "b"],
    ],
  ],
  ["a transaction", "http://db/multi-exec?_token=t", "POST", '[["INCR","a"]]', [["INCR", "a"]]],
  ["a path", "http://db/set/a%2Fb/v", "GET", "", [["set", "a/b", "v"]]],
  ["a path with its last argument in the body", "http://db/set/k", "POST", '["v"]', [["set", "k", '["v"]']]],
  ["a subscription", "http://db/subscribe/ch", "POST", "[]", [["subscribe", "ch"]]],
  ["nothing", "http://db/", "GET", "", []],
  ["nonsense", "http://db/pipeline", "POST", '{"no":1}', []],
])("reads %s", (_what, url, method, body, commands) => {
  expect(commandsOf(url, method, body)).toEqual(commands);
});
