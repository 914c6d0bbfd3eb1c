import type { EngineViewport } from "cornerstone-core";
import type { ImageSeries } from "../../core/image/study-model.ts";
import { dragWindow, sameWindow, type WindowLevel } from "../../core/image/window-level.ts";
import { MARK_NAMES } from "../../core/reading/mark-names.ts";
import { edgeLetters, edgeLettersFromText, type ViewTurn } from "../kernels/orientation-letters.ts";
import { scaleBar } from "../kernels/scale-bar.ts";
import { engine, tools } from "./engine.ts";
import { type FrameImage, isFrameImage } from "./frame-image.ts";
import { markToolName } from "./mark-tool.ts";
import { measureImageRendered } from "./reading-marks.ts";
import type { ReadingSession } from "./reading-session.ts";
import type { ToolName } from "./tool-name.ts";
import { EMPTY_SNAPSHOT, type ViewportSnapshot } from "./viewport-snapshot.ts";
import { activateTool, addViewportTools } from "./viewport-tools.ts";

/** A drag of this many pixels scrolls the whole series, but at least so many pixels a slice. */
const SCROLL_TRAVEL_PX = 400;
const LEAST_PX_A_SLICE = 3;

/** One viewport on the page: a stack of slices, drawn by the engine. React mounts it and reads its snapshots; it draws by itself. */
export class StackViewport {
  readonly #element: HTMLElement;
  readonly #index: number;
  readonly #session: ReadingSession;
  readonly #listeners = new Set<() => void>();
  readonly #leaving = new AbortController();
  readonly #resize: ResizeObserver;
  readonly #unsubscribe: () => void;
  #series: ImageSeries | undefined;
  #target = 0;
  #heading: -1 | 0 | 1 = 0;
  /** The window the reader chose; undefined while the file's own is used. */
  #chosenWindow: WindowLevel | undefined;
  #fresh = true;
  #snapshot: ViewportSnapshot = EMPTY_SNAPSHOT;
  #dragWindow: WindowLevel | undefined;
  #dragSlice = 0;
  #wheelRest = 0;

  constructor(element: HTMLElement, index: number, session: ReadingSession) {
    this.#element = element;
    this.#index = index;
    this.#session = session;
    const canvas = document.createElement("canvas");
    canvas.className = "cornerstone-canvas"; // the engine takes a canvas of this class as its own
    canvas.getContext("2d", { alpha: false });
    element.append(canvas);
    engine.enable(element);
    addViewportTools(element, {
      window: {
        begin: () => {
          this.#dragWindow = this.#snapshot.window;
        },
        move: (_, { x, y }) => {
          if (this.#dragWindow && !this.#snapshot.isColour) this.setWindow(dragWindow(this.#dragWindow, x, y));
        },
      },
      scroll: {
        begin: () => {
          this.#dragSlice = this.#target;
        },
        move: (_, { y }) => {
          const count = this.#series?.frames.length ?? 1;
          this.goTo(this.#dragSlice + Math.round(y / Math.max(LEAST_PX_A_SLICE, SCROLL_TRAVEL_PX / count)));
        },
      },
    });
    const { signal } = this.#leaving;
    element.addEventListener(engine.EVENTS.IMAGE_RENDERED, this.#onRendered, { signal });
    element.addEventListener("wheel", this.#onWheel, { passive: false, signal });
    element.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    this.#resize = new ResizeObserver(() => engine.resize(element, false));
    this.#resize.observe(element);
    this.#unsubscribe = session.store.subscribe((key) => {
      if (this.#series?.frames[this.#target]?.key === key) this.#show();
    });
    this.#tell(EMPTY_SNAPSHOT);
  }

  close(): void {
    this.#leaving.abort();
    this.#resize.disconnect();
    this.#unsubscribe();
    this.#session.leave(this.#index);
    tools.store.state.isToolLocked = false; // a mark half drawn when the viewport goes would lock every tool
    engine.disable(this.#element);
    this.#listeners.clear();
  }

  get snapshot(): ViewportSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  showSeries(series: ImageSeries, slice = 0): void {
    this.#series = series;
    this.#chosenWindow = undefined;
    this.#fresh = true;
    this.#target = Math.min(Math.max(slice, 0), series.frames.length - 1);
    this.#heading = 0;
    this.#blank();
    this.#tell({ ...EMPTY_SNAPSHOT, series, state: "loading", target: this.#target, slice: this.#target });
    this.#place();
    this.#show();
  }

  goTo(slice: number): void {
    const series = this.#series;
    if (!series) return;
    const next = Math.min(Math.max(slice, 0), series.frames.length - 1);
    if (next === this.#target) return;
    this.#heading = next > this.#target ? 1 : -1;
    this.#target = next;
    this.#place();
    this.#show();
  }

  goBy(slices: number): void {
    this.goTo(this.#target + slices);
  }

  retry(): void {
    const frame = this.#series?.frames[this.#target];
    if (!frame) return;
    this.#session.retry(frame);
    this.#show();
  }

  setTool(name: ToolName): void {
    activateTool(this.#element, name);
    this.redraw();
  }

  setWindow(window: WindowLevel): void {
    this.#chosenWindow = window;
    this.#change({ voi: { windowCenter: window.center, windowWidth: window.width } });
  }

  /** Back to the window the file came with. */
  resetWindow(): void {
    this.#chosenWindow = undefined;
    const { image } = engine.getEnabledElement(this.#element);
    if (image) this.#change({ voi: { windowCenter: image.windowCenter, windowWidth: image.windowWidth } });
  }

  invert(): void {
    this.#change((viewport) => ({ invert: !viewport.invert }));
  }

  rotate(): void {
    this.#change((viewport) => ({ rotation: (viewport.rotation + 90) % 360 }));
  }

  flipHorizontal(): void {
    // The engine flips before it turns; a quarter turn makes the screen's left and right the image's up and down.
    this.#change((viewport) =>
      viewport.rotation % 180 === 0 ? { hflip: !viewport.hflip } : { vflip: !viewport.vflip },
    );
  }

  fit(): void {
    if (this.#snapshot.state === "empty" || !this.#image()) return;
    engine.fitToWindow(this.#element);
  }

  oneToOne(): void {
    this.#change({ scale: 1, translation: { x: 0, y: 0 } });
  }

  reset(): void {
    const image = this.#image();
    if (!image) return;
    this.#chosenWindow = undefined;
    this.#change({
      voi: { windowCenter: image.windowCenter, windowWidth: image.windowWidth },
      invert: image.invert,
      rotation: 0,
      hflip: false,
      vflip: false,
    });
    this.fit();
  }

  /** Removes the marks on the image that is shown. */
  clearMarks(): void {
    for (const name of MARK_NAMES) tools.clearToolState(this.#element, markToolName(name));
    this.redraw();
  }

  /** Removes the mark under the pointer. */
  removeActiveMark(): void {
    for (const name of MARK_NAMES) {
      for (const mark of [...(tools.getToolState(this.#element, markToolName(name))?.data ?? [])]) {
        if (mark.active) tools.removeToolState(this.#element, markToolName(name), mark);
      }
    }
    this.redraw();
  }

  #place(): void {
    if (this.#series)
      this.#session.place(this.#index, { series: this.#series, slice: this.#target, heading: this.#heading });
  }

  /** Brings the wanted slice onto the canvas, or says that it is on its way or lost. */
  #show(): void {
    const frame = this.#series?.frames[this.#target];
    if (!frame) return;
    const { store } = this.#session;
    const fault = store.fault(frame.key);
    // A frame that failed says so, rather than to stay a preview.
    const image = fault ? store.get(frame.key) : store.drawable(frame.key);
    if (image) {
      this.#display(image);
    } else if (fault) {
      this.#blank();
      this.#tell({
        ...this.#snapshot,
        state: "failed",
        fault,
        frame,
        preview: false,
        slice: this.#target,
        target: this.#target,
      });
    } else {
      const lost = this.#snapshot.state === "failed";
      this.#tell({
        ...this.#snapshot,
        state: "loading",
        fault: undefined,
        target: this.#target,
        ...(lost ? { slice: this.#target, frame } : {}),
      });
    }
  }

  #display(image: FrameImage): void {
    const shown = this.#image();
    const window = this.#chosenWindow ?? { center: image.windowCenter, width: image.windowWidth };
    const voi = { windowCenter: window.center, windowWidth: window.width };
    this.#element.dataset.drawing = "yes";
    if (this.#fresh) {
      engine.displayImage(this.#element, image, {
        voi,
        invert: image.invert,
        rotation: 0,
        hflip: false,
        vflip: false,
        translation: { x: 0, y: 0 },
      });
      engine.fitToWindow(this.#element);
      this.#fresh = false;
    } else {
      engine.displayImage(this.#element, image, { voi });
      if (shown && (shown.columns !== image.columns || shown.rows !== image.rows)) engine.fitToWindow(this.#element);
    }
  }

  #image(): FrameImage | undefined {
    const { image } = engine.getEnabledElement(this.#element);
    return isFrameImage(image) ? image : undefined;
  }

  #blank(): void {
    this.#element.dataset.drawing = "no"; // hides the canvas: an image of another slice must not stay
  }

  #change(change: Partial<EngineViewport> | ((viewport: EngineViewport) => Partial<EngineViewport>)): void {
    const viewport = engine.getViewport(this.#element);
    if (!viewport || !this.#image()) return;
    engine.setViewport(this.#element, { ...viewport, ...(typeof change === "function" ? change(viewport) : change) });
  }

  /** Draws once more, for instance because the language of the marks changed. */
  redraw(): void {
    if (this.#image()) engine.updateImage(this.#element);
  }

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.ctrlKey) return;
    // A notch of a wheel is one slice; a trackpad sends many small steps.
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 33 : event.deltaY;
    if (Math.abs(lines) >= 50) {
      this.#wheelRest = 0;
      this.goBy(Math.sign(lines));
      return;
    }
    this.#wheelRest += lines;
    const steps = Math.trunc(this.#wheelRest / 33);
    this.#wheelRest -= steps * 33;
    if (steps !== 0) this.goBy(steps);
  };

  readonly #onRendered = (event: Event): void => {
    const image = this.#image();
    const viewport = engine.getViewport(this.#element);
    const series = this.#series;
    if (!(event instanceof CustomEvent) || !image || !viewport || !series || this.#element.dataset.drawing !== "yes")
      return;
    measureImageRendered(event.detail.renderTimeInMs);
    const slice = series.frames.indexOf(image.frame);
    if (slice < 0) return;
    const preview = image.reduction > 0;
    if (this.#index === 0 && !preview) this.#session.marks.firstImage();
    const { frame } = image;
    const window = { center: viewport.voi.windowCenter, width: viewport.voi.windowWidth };
    const turn: ViewTurn = {
      rotationDeg: viewport.rotation,
      flipHorizontal: viewport.hflip,
      flipVertical: viewport.vflip,
    };
    const mmPerPx = frame.spacing ? Math.min(frame.spacing.rowMm, frame.spacing.columnMm) / viewport.scale : 0;
    this.#tell({
      state: slice !== this.#target ? "loading" : preview ? "preview" : "shown",
      series,
      slice,
      target: this.#target,
      frame,
      transferSyntaxUid: image.transferSyntaxUid,
      preview,
      fault: undefined,
      window,
      windowFromFile: frame.windows.some((own) => sameWindow(own, window)),
      isColour: image.color,
      zoom: viewport.scale,
      inverted: viewport.invert !== image.invert, // MONOCHROME1 is drawn inverted by nature
      letters: frame.geometry
        ? edgeLetters(frame.geometry.row, frame.geometry.column, turn)
        : frame.patientOrientation && edgeLettersFromText(...frame.patientOrientation, turn),
      scaleBar: scaleBar(mmPerPx, Math.min(240, this.#element.clientWidth / 4)),
    });
  };

  #tell(snapshot: ViewportSnapshot): void {
    this.#snapshot = snapshot;
    const { frame, window, series } = snapshot;
    const { dataset } = this.#element;
    dataset.state = snapshot.state === "empty" ? "loading" : snapshot.state;
    dataset.seriesInstanceUid = series?.seriesInstanceUid ?? "";
    dataset.sopInstanceUid = frame?.sopInstanceUid ?? "";
    dataset.frameNumber = frame ? String(frame.frameNumber) : "";
    dataset.windowCenter = window ? String(window.center) : "";
    dataset.windowWidth = window ? String(window.width) : "";
    dataset.slice = String(snapshot.slice + 1);
    dataset.slices = String(series?.frames.length ?? 0);
    for (const listener of this.#listeners) listener();
  }
}
