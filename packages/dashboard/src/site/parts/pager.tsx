import type { JSX } from "preact";
import type { Pages } from "../state/pages.ts";

interface PagerProps {
  readonly pages: Pages;
  /** Of the next page; undefined after the last. */
  readonly cursor: string | undefined;
  readonly onward?: string;
}

/** The way from page to page; nothing where there is only one. */
export function Pager({ pages, cursor, onward = "Next" }: PagerProps): JSX.Element | null {
  if (cursor === undefined && pages.before === 0) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <button type="button" disabled={pages.before === 0} onClick={pages.back}>
        Previous
      </button>
      <button type="button" disabled={cursor === undefined} onClick={() => pages.forward(cursor)}>
        {onward}
      </button>
    </nav>
  );
}
