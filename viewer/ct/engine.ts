import cornerstone from "cornerstone-core";
import cornerstoneMath from "cornerstone-math";
import cornerstoneTools from "cornerstone-tools";
import Hammer from "hammerjs";

/** The drawing engine and its tools, wired once. Depending on the bundler a CommonJS module is the default or holds it. */
export const engine = cornerstone.default ?? cornerstone;
export const tools = cornerstoneTools.default ?? cornerstoneTools;

tools.external.cornerstone = engine;
tools.external.cornerstoneMath = cornerstoneMath.default ?? cornerstoneMath;
tools.external.Hammer = Hammer;
tools.init({
  mouseEnabled: true,
  touchEnabled: true,
  showSVGCursors: false,
  globalToolSyncEnabled: false,
  autoResizeViewports: false,
});
