/** A request that ends before a command runs; the text is the `error` of the JSON answer. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly status: 400 | 401 | 403 | 404 | 405 | 413;

  constructor(status: RequestProblem["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/** The JSON body of every failed request. */
export const errorBody = (message: string): string => JSON.stringify({ error: message });
