import { createClient } from "@holdfast/client";
import { LocksProvider, useLock } from "@holdfast/client/react";
import { createElement, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

// One component that wants a lock, in StrictMode, with what a test needs to drive it.

const {
  service = "",
  key = "",
  name = "",
  ttl = "60000",
} = Object.fromEntries(new URLSearchParams(location.search));
const client = createClient({ url: service, token: key, timeoutMs: 1000, retry: { retries: 2 } });

function Lock({ name }: { name: string }) {
  const lock = useLock(name, { ttlMs: Number(ttl) });
  const detail =
    lock.status === "waiting"
      ? (lock.position ?? "?")
      : lock.status === "held"
        ? lock.lease.fence
        : lock.status === "lost"
          ? lock.reason
          : lock.status === "failed"
            ? lock.error.code
            : "";
  return createElement(
    "section",
    null,
    createElement("output", { id: "lock" }, `${name} ${lock.status} ${detail}`.trim()),
    createElement("button", { type: "button", id: "retry", onClick: lock.retry }, "Retry"),
    createElement("button", { type: "button", id: "release", onClick: () => lock.release() }, "Release"),
  );
}

function App() {
  const [wanted, setWanted] = useState<string | undefined>(name);
  return createElement(
    "main",
    null,
    wanted !== undefined && createElement(Lock, { name: wanted }),
    createElement(
      "button",
      { type: "button", id: "other", onClick: () => setWanted(`${name}-other`) },
      "Other",
    ),
    createElement(
      "button",
      { type: "button", id: "unmount", onClick: () => setWanted(undefined) },
      "Unmount",
    ),
  );
}

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    createElement(StrictMode, null, createElement(LocksProvider, { client }, createElement(App))),
  );
