// The tools of this workspace and its own TypeScript files need a newer Node than the packages do. `npm run setup`
// brings one along (the optionalDependencies of package.json) for the platforms that have such a package; elsewhere
// the machine's own Node runs, and this says so before a tool fails in its own words. Plain JavaScript, since the
// Node that must read it may be too old for the rest.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`
Node 22.18 or newer is needed to work on Holdfast; this is Node ${process.versions.node}.
npm brings Node 24 along for Linux and macOS on x64 and arm64, unless optional dependencies are left out; there is none
here (${process.platform}-${process.arch}). Install Node 24 (https://nodejs.org) and start again.
`);
  process.exit(1);
}
