import type uPlot from "uplot";

/** What a chart says of the place below the pointer. Lines are set as text. */
export function showTip(
  tip: HTMLElement,
  plot: uPlot,
  lines: readonly string[],
  left: number,
  top: number,
): void {
  tip.hidden = false;
  tip.replaceChildren(
    ...lines.map((line) => {
      const row = document.createElement("div");
      row.textContent = line;
      return row;
    }),
  );
  // Beside the pointer, on the side that has room.
  const at = plot.over.offsetLeft + left;
  const noRoom = at + 16 + tip.offsetWidth > plot.root.clientWidth;
  tip.style.transform = `translate(${noRoom ? Math.max(0, at - tip.offsetWidth - 12) : at + 12}px, ${top + 8}px)`;
}
