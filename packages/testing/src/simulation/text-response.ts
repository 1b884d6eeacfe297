/**
 * A response whose text is there already. The platform's own one makes a stream of it and reads that again, which costs
 * more than all else that a simulated network does for a request.
 */
export class TextResponse extends Response {
  readonly #text: string;
  readonly #init: ResponseInit;
  #whole: Response | undefined;
  #used = false;

  constructor(text: string, init: ResponseInit) {
    super(null, init);
    this.#text = text;
    this.#init = init;
  }

  override async text(): Promise<string> {
    if (this.#whole) return this.#whole.text();
    this.#use();
    return this.#text;
  }
  override async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
  override get bodyUsed(): boolean {
    return this.#whole ? this.#whole.bodyUsed : this.#used;
  }

  // Whoever wants something else gets it from one of the platform's.
  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#made().body;
  }
  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#made().arrayBuffer();
  }
  override bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#made().bytes();
  }
  override blob(): Promise<Blob> {
    return this.#made().blob();
  }
  override formData(): Promise<FormData> {
    return this.#made().formData();
  }
  override clone(): Response {
    return this.#made().clone();
  }

  #use(): void {
    if (this.#used) throw new TypeError("Body is unusable: Body has already been read");
    this.#used = true;
  }
  #made(): Response {
    if (!this.#whole) {
      this.#use();
      this.#whole = new Response(this.#text, this.#init);
    }
    return this.#whole;
  }
}
