/** The parts of cornerstone that are used here, as they are. The packages carry no types. */
declare module "cornerstone-core" {
  export interface CanvasPoint {
    x: number;
    y: number;
  }

  export interface EngineViewport {
    scale: number;
    translation: CanvasPoint;
    voi: { windowWidth: number; windowCenter: number };
    invert: boolean;
    pixelReplication: boolean;
    rotation: number;
    hflip: boolean;
    vflip: boolean;
  }

  export interface EngineImage {
    readonly imageId: string;
    readonly minPixelValue: number;
    readonly maxPixelValue: number;
    readonly slope: number;
    readonly intercept: number;
    readonly windowCenter: number;
    readonly windowWidth: number;
    readonly rows: number;
    readonly columns: number;
    readonly height: number;
    readonly width: number;
    readonly color: boolean;
    readonly invert: boolean;
    readonly rowPixelSpacing: number | undefined;
    readonly columnPixelSpacing: number | undefined;
    readonly sizeInBytes: number;
    readonly getPixelData: () => ArrayLike<number>;
    readonly render: (enabledElement: EnabledElement) => void;
  }

  export interface EnabledElement {
    readonly element: HTMLElement;
    readonly canvas: HTMLCanvasElement;
    readonly image: EngineImage | undefined;
    readonly viewport: EngineViewport;
  }

  interface Engine {
    enable(element: HTMLElement): void;
    disable(element: HTMLElement): void;
    displayImage(element: HTMLElement, image: EngineImage, viewport?: Partial<EngineViewport>): void;
    updateImage(element: HTMLElement): void;
    getViewport(element: HTMLElement): EngineViewport | undefined;
    setViewport(element: HTMLElement, viewport: Partial<EngineViewport>): void;
    getEnabledElement(element: HTMLElement): EnabledElement;
    fitToWindow(element: HTMLElement): void;
    resize(element: HTMLElement, fit: boolean): void;
    setToPixelCoordinateSystem(enabledElement: EnabledElement, context: CanvasRenderingContext2D): void;
    pixelToCanvas(element: HTMLElement, point: CanvasPoint): CanvasPoint;
    metaData: { addProvider(provider: (type: string, imageId: string) => unknown): void };
    readonly EVENTS: { readonly IMAGE_RENDERED: string };
  }

  const engine: Engine & { readonly default?: Engine };
  export default engine;
}

declare module "cornerstone-math" {
  const math: { readonly default?: unknown };
  export default math;
}

declare module "hammerjs" {
  const hammer: unknown;
  export default hammer;
}

declare module "cornerstone-tools" {
  import type { CanvasPoint, EngineImage, EngineViewport } from "cornerstone-core";

  export interface ToolPoints {
    readonly image: CanvasPoint;
    readonly canvas: CanvasPoint;
    readonly page: CanvasPoint;
  }

  export interface ToolEventDetail {
    readonly element: HTMLElement;
    readonly image: EngineImage;
    readonly viewport: EngineViewport;
    readonly buttons?: number;
    readonly startPoints: ToolPoints;
    readonly currentPoints: ToolPoints;
    readonly deltaPoints: ToolPoints;
    readonly canvasContext: CanvasRenderingContext2D;
  }

  export interface ToolHandle extends CanvasPoint {
    highlight: boolean;
    active: boolean;
    moving?: boolean;
    drawnIndependently?: boolean;
    allowedOutsideImage?: boolean;
  }

  export interface ToolMark {
    visible: boolean;
    active: boolean;
    invalidated: boolean;
    cancelled?: boolean;
    uuid?: string;
    readonly handles: { readonly start?: ToolHandle; readonly end: ToolHandle };
  }

  export interface ToolProps {
    readonly name: string;
    readonly supportedInteractionTypes: readonly string[];
    readonly configuration?: Readonly<Record<string, unknown>>;
  }

  export class BaseTool {
    constructor(props: Partial<ToolProps>, defaults: ToolProps);
    readonly name: string;
    readonly element: HTMLElement;
  }

  export class BaseAnnotationTool extends BaseTool {}

  export type ToolConstructor = new (props?: Partial<ToolProps>) => BaseTool;

  interface Tools {
    readonly external: Record<string, unknown>;
    init(configuration: Readonly<Record<string, unknown>>): void;
    importInternal(uri: "base/BaseTool"): typeof BaseTool;
    importInternal(uri: "base/BaseAnnotationTool"): typeof BaseAnnotationTool;
    addToolForElement(element: HTMLElement, tool: ToolConstructor, props?: Partial<ToolProps>): void;
    setToolActiveForElement(
      element: HTMLElement,
      name: string,
      options: { readonly mouseButtonMask: readonly number[] },
      interactionTypes?: readonly string[],
    ): void;
    setToolPassiveForElement(
      element: HTMLElement,
      name: string,
      options: { readonly mouseButtonMask: readonly number[] },
    ): void;
    setToolEnabledForElement(
      element: HTMLElement,
      name: string,
      options: { readonly mouseButtonMask: readonly number[] },
    ): void;
    getToolState(element: HTMLElement, name: string): { data: ToolMark[] } | undefined;
    removeToolState(element: HTMLElement, name: string, mark: ToolMark): void;
    clearToolState(element: HTMLElement, name: string): void;
    readonly globalImageIdSpecificToolStateManager: {
      saveToolState(): Readonly<Record<string, Readonly<Record<string, { data: ToolMark[] } | undefined>> | undefined>>;
      restoreToolState(state: object): void;
    };
    readonly store: { readonly state: { isToolLocked: boolean; handleRadius: number } };
    readonly PanTool: ToolConstructor;
    readonly ZoomTool: ToolConstructor;
    readonly ZoomTouchPinchTool: ToolConstructor;
    readonly PanMultiTouchTool: ToolConstructor;
    readonly EraserTool: ToolConstructor;
    readonly EVENTS: {
      readonly MEASUREMENT_COMPLETED: string;
      readonly MEASUREMENT_MODIFIED: string;
      readonly MEASUREMENT_REMOVED: string;
      readonly MEASUREMENT_ADDED: string;
    };
  }

  const tools: Tools & { readonly default?: Tools };
  export default tools;
}
