import { takeInTab } from "./tab-lock.ts";

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
    const lock = await takeInTab(name, enough.signal);
    show("yours");
    // Lost: what is typed from now on would overwrite somebody else's text.
    lock.signal.addEventListener("abort", () => show("lost"));
    const { signal } = lock;
    done.addEventListener("click", () => lock.release().then(() => show("free")), { once: true, signal });
  } catch {
    show("free");
  }
});
