import { useSignal } from "@preact/signals";

/** Where one is in a list that is read page by page: a cursor leads on, and nothing leads back but what was kept. */
export interface Pages {
  /** The cursor of this page; undefined for the first. */
  readonly from: string | undefined;
  /** How many pages are before this one. */
  readonly before: number;
  /** To the first page, for another list. */
  restart(): void;
  forward(cursor: string | undefined): void;
  back(): void;
}

export function usePages(): Pages {
  const path = useSignal<readonly (string | undefined)[]>([undefined]);
  const turn = (to: readonly (string | undefined)[]) => {
    path.value = to;
    document.getElementById("title")?.focus();
  };
  return {
    from: path.value.at(-1),
    before: path.value.length - 1,
    restart() {
      path.value = [undefined];
    },
    forward: (cursor) => turn([...path.value, cursor]),
    back: () => turn(path.value.slice(0, -1)),
  };
}
