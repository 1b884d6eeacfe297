import { describe } from "vitest";
import { specification } from "./cases/index.ts";

// The same cases for Node's own lock manager: they are the specification's, not ours. Where Node is known to do
// something else, its case says so and has to fail.

const own = globalThis.navigator?.locks;
let names = 0;

describe.runIf(own)("navigator.locks of Node", () => {
  specification({
    node: true,
    manager: () => own,
    another: () => own,
    name: () => `name-${++names}`,
  });
});
