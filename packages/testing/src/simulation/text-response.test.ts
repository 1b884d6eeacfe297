import { describe, expect, it } from "vitest";
import { TextResponse } from "./text-response.ts";

const make = () => new TextResponse('{"result":"é"}', { status: 429, headers: { "retry-after": "1" } });

describe("a response whose text is there already", () => {
  it("is one of the platform's", () => {
    expect(make()).toBeInstanceOf(Response);
    expect(make()).toMatchObject({ status: 429, ok: false, bodyUsed: false });
    expect(make().headers.get("retry-after")).toBe("1");
  });

  it("is read in any way, once", async () => {
    expect(await make().text()).toBe('{"result":"é"}');
    expect(await make().json()).toEqual({ result: "é" });
    const bytes = new TextEncoder().encode('{"result":"é"}');
    expect(new Uint8Array(await make().arrayBuffer())).toEqual(bytes);
    expect(await make().bytes()).toEqual(bytes);
    expect(await (await make().blob()).text()).toBe('{"result":"é"}');
    expect(await new Response(make().body).text()).toBe('{"result":"é"}');
    const cloned = make();
    expect(await cloned.clone().text()).toBe(await cloned.text());
    const read = make();
    await read.text();
    expect(read.bodyUsed).toBe(true);
    await expect(read.text()).rejects.toThrow(TypeError);
    await expect(read.json()).rejects.toThrow(TypeError);
  });
});
