/** Runs tasks one at a time, in the order in which they were added. */
export interface TaskQueue {
  /** Resolves, or rejects, as the task does. A task that fails holds up nobody. */
  add<T>(task: () => T | Promise<T>): Promise<T>;
}

/**
 * The specification's lock task queue: what a caller does in order reaches the store in order. Requests that travel at
 * the same time may overtake each other, so a task lasts until its answer is there. A wait is no task: only taking its
 * place in the queue is.
 */
export function createTaskQueue(): TaskQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    add(task) {
      const done = last.then(task);
      last = done.catch(() => {});
      return done;
    },
  };
}
