import type { RunState } from "../state/runs.ts";
import type { Colours } from "./theme.ts";

/** The mark of a state on a canvas; as jobs.css has it. */
export function paintMark(
  ctx: CanvasRenderingContext2D,
  state: RunState,
  x: number,
  y: number,
  size: number,
  theme: Colours,
): void {
  ctx.beginPath();
  switch (state) {
    case "failed":
      ctx.strokeStyle = theme.bad;
      ctx.lineWidth = size * 0.6;
      ctx.moveTo(x - size, y - size);
      ctx.lineTo(x + size, y + size);
      ctx.moveTo(x + size, y - size);
      ctx.lineTo(x - size, y + size);
      ctx.stroke();
      return;
    case "abandoned":
      ctx.fillStyle = theme.warn;
      ctx.moveTo(x, y - size * 1.3);
      ctx.lineTo(x + size * 1.3, y);
      ctx.lineTo(x, y + size * 1.3);
      ctx.lineTo(x - size * 1.3, y);
      ctx.closePath();
      break;
    default:
      ctx.fillStyle = theme.accent;
      ctx.roundRect(x - size, y - size, size * 2, size * 2, size * 0.5);
  }
  ctx.fill();
}
