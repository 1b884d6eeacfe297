import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./styles/index.css";
import { App } from "./app.tsx";
import { resume } from "./state/session.ts";

const place = document.getElementById("app");
if (place === null) throw new Error("The page has no place for the app");
await resume();
render(<App />, place);
