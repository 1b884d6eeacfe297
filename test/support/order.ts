/**
 * Notes what happens in which order. Node runs due timers by their due time however late it is, so "before the
 * expiry" can be tested on a busy machine: as coming before a timer that was set for the expiry.
 */
export class Order {
  readonly happened: string[] = [];

  note(what: string): void {
    this.happened.push(what);
  }

  /** Notes `what` in `ms` milliseconds, and resolves then. */
  after(ms: number, what: string): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(() => {
        this.note(what);
        resolve();
      }, ms);
    });
  }
}
