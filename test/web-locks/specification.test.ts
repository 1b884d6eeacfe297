import { createLockManager } from "@holdfast/web-locks";
import { beforeEach } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { specification } from "./cases/index.ts";

expectNoUnhandledRejection();

onEveryEngine("the Web Locks specification", (f) => {
  // Two clients: all they share is the server. A namespace for each case, since a query looks at every name in it.
  let managers: { one: LockManager; another: LockManager } | undefined;
  let namespaces = 0;
  const made = () => {
    const namespace = `case-${namespaces}`;
    const manager = () => createLockManager(f.client({ namespace }).locks);
    managers ??= { one: manager(), another: manager() };
    return managers;
  };
  beforeEach(() => {
    namespaces++;
    managers = undefined;
  });
  specification({
    node: false,
    manager: () => made().one,
    another: () => made().another,
    name: () => f.name(),
  });
});
