import { createClient } from "@holdfast/client";

const client = createClient({
  url: document.documentElement.dataset.locks ?? "",
  // The page's own server knows who is signed in, and signs what they may lock.
  async getToken() {
    const answer = await fetch("lock-token", { method: "POST" });
    if (!answer.ok) throw new Error(`no token: ${answer.status}`);
    return answer.text();
  },
});
/** Hidden tabs get their timers once a minute (Chromium's intensive throttling), so a lease has to outlast one. */
const TTL_MS = 150_000;

const find = <E extends HTMLElement>(id: string): E => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element as E;
};
const state = find("state");
const edit = find<HTMLButtonElement>("edit");
const done = find<HTMLButtonElement>("done");
const text = find<HTMLTextAreaElement>("text");
const name = `document:${new URLSearchParams(location.search).get("document") ?? "terms"}`;

function show(what: "free" | "waiting" | "yours" | "lost"): void {
  state.textContent = what;
  edit.disabled = what === "waiting" || what === "yours";
  done.disabled = what === "free" || what === "lost";
  text.disabled = what !== "yours";
}

edit.addEventListener("click", async () => {
  show("waiting");
  const enough = new AbortController();
  done.addEventListener("click", () => enough.abort(), { once: true });
  try {
    const lease = await client.acquire(name, {
      ttlMs: TTL_MS,
      renew: true,
      waitMs: Number.POSITIVE_INFINITY,
      signal: enough.signal,
    });
    show("yours");
    const { signal } = lease;
    // Lost: what is typed from now on would overwrite somebody else's text.
    signal.addEventListener("abort", () => show("lost"));
    done.addEventListener("click", () => lease.release().finally(() => show("free")), { once: true, signal });
  } catch {
    show("free");
  }
});
