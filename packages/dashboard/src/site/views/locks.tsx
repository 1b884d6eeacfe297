import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { count, plural } from "../parts/format.ts";
import { LockTable } from "../parts/lock-table.tsx";
import { Empty, Loading, Trouble } from "../parts/notice.tsx";
import { Pager } from "../parts/pager.tsx";
import { Text } from "../parts/text.tsx";
import { watch } from "../state/live.ts";
import { type LockPage, loadPage } from "../state/lock-page.ts";
import { usePages } from "../state/pages.ts";
import { Refresher } from "../state/refresher.ts";
import { lockHref } from "../state/route.ts";
import type { Session } from "../state/session.ts";

const PACE = { everyMs: 10_000, gapMs: 2000 };
/** A look for a text reads many pages, so it is not repeated by itself often. */
const SEARCH_PACE = { everyMs: 60_000, gapMs: 10_000 };
const TYPING_MS = 250;

/** The table of locks: one page of it, kept up to date. */
export function LocksView({ session }: { session: Session }): JSX.Element {
  const typed = useSignal({ prefix: "", contains: "" });
  const filter = useSignal(typed.peek());
  const pages = usePages();
  const { from } = pages;
  const { prefix, contains } = filter.value;

  useEffect(() => {
    const wanted = typed.value;
    if (wanted === filter.peek()) return;
    const timer = setTimeout(() => {
      pages.restart();
      filter.value = wanted;
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);

  const page = useMemo(
    () =>
      new Refresher<LockPage>(
        (signal) => loadPage(session.api, { prefix, contains }, from, signal),
        contains === "" ? PACE : SEARCH_PACE,
      ),
    [session, prefix, contains, from],
  );
  useEffect(() => () => page.stop(), [page]);
  useEffect(
    () =>
      watch({
        api: session.api,
        only: { prefix },
        onOpen: () => page.poke(),
        onEvent: ({ name, type }) => {
          const rows = page.data.peek()?.rows ?? [];
          const full = page.data.peek()?.cursor !== undefined;
          if (rows.some((row) => row.name === name) || (!full && (type === "acquired" || type === "queued")))
            page.poke();
        },
      }),
    [session, prefix, page],
  );

  const data = page.data.value;
  return (
    <>
      <h1 id="title" tabIndex={-1}>
        Locks
      </h1>
      <search class="filters">
        <label>
          <span>Name begins with</span>
          <input
            type="search"
            name="prefix"
            placeholder="invoice:"
            maxLength={512}
            spellcheck={false}
            autocomplete="off"
            value={typed.value.prefix}
            onInput={({ currentTarget }) => {
              typed.value = { ...typed.value, prefix: currentTarget.value };
            }}
          />
        </label>
        <label>
          <span>and contains</span>
          <input
            type="search"
            name="contains"
            placeholder="any text"
            maxLength={512}
            spellcheck={false}
            autocomplete="off"
            value={typed.value.contains}
            onInput={({ currentTarget }) => {
              typed.value = { ...typed.value, contains: currentTarget.value };
            }}
          />
        </label>
      </search>
      <Trouble error={page.error.value} />
      {data === null ? (
        page.error.value === null && <Loading rows={8} />
      ) : data.rows.length === 0 ? (
        <NothingFound prefix={prefix} contains={contains} page={data} first={from === undefined} />
      ) : (
        <LockTable rows={data.rows} />
      )}
      {data !== null && (
        <footer class="table-foot">
          <p class="muted" aria-live="polite">
            {(data.rows.length > 0 || pages.before > 0) && summary(data, contains, pages.before)}
          </p>
          <Pager pages={pages} cursor={data.cursor} onward={contains === "" ? "Next" : "Search on"} />
          <p class="muted small">
            {contains === ""
              ? "These rows are read again when something happens to one of them (at most every 2 s), otherwise every 10 s."
              : "A search is repeated when something happens to a row (at most every 10 s), otherwise every minute."}{" "}
            Nothing is read while this tab is hidden.
          </p>
        </footer>
      )}
    </>
  );
}

function summary(page: LockPage, contains: string, before: number): string {
  if (contains !== "")
    return `${plural(page.rows.length, "match", "matches")} among ${plural(page.read, "lock")}${page.cursor === undefined ? "" : ", and there are more to search"}.`;
  if (before === 0 && page.cursor === undefined) return `${plural(page.rows.length, "lock")} in use.`;
  return `Page ${count(before + 1)}: ${plural(page.rows.length, "lock")}${page.cursor === undefined ? ", the last page" : ""}.`;
}

interface NothingProps {
  readonly prefix: string;
  readonly contains: string;
  readonly page: LockPage;
  readonly first: boolean;
}

function NothingFound({ prefix, contains, page, first }: NothingProps): JSX.Element {
  if (contains !== "") return <Empty title={`None of ${plural(page.read, "lock")} contains that.`} />;
  if (page.cursor !== undefined) return <Empty title="None so far, and there are more to look at." />;
  if (prefix !== "")
    return (
      <Empty title="No lock in use begins with that.">
        <a href={lockHref(prefix) ?? "#/"}>
          Look at <Text value={prefix} title={false} /> anyway
        </a>
      </Empty>
    );
  if (!first) return <Empty title="No locks on this page any more." />;
  return (
    <Empty title="No lock is held, and nobody waits.">
      <p>
        Take one, and it appears here: <code>POST /v1/locks/my-first-lock/acquire</code>. The{" "}
        <a href="/docs">API reference</a> has the rest.
      </p>
    </Empty>
  );
}
