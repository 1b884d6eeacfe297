export { type FetchAsset, pages } from "./pages.ts";
