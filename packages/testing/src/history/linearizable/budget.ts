/** How many steps may still be taken. */
export interface Budget {
  readonly spent: number;
  /** False when none is left. What was found by then is not all there is. */
  spend(): boolean;
}

export function createBudget(steps: number): Budget {
  let spent = 0;
  return {
    get spent() {
      return spent;
    },
    spend: () => ++spent <= steps,
  };
}
