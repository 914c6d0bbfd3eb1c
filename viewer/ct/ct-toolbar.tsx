import type { ReactNode } from "react";
import { sameWindow, WINDOW_PRESETS, type WindowLevel } from "../../core/image/window-level.ts";
import { useText } from "../i18n/use-text.ts";
import { HangingMenu } from "./hanging-menu.tsx";
import { MenuButton } from "./menu-button.tsx";
import { type CommandName, commandOf, keySign } from "./room-commands.ts";
import { ROOM_LAYOUTS, type RoomLayout } from "./room-layout.ts";
import { ToolIcon } from "./tool-icons.tsx";
import type { ToolName } from "./tool-name.ts";
import type { Hanging } from "./use-hanging.ts";

interface CtToolbarProps {
  readonly tool: ToolName;
  readonly layout: RoomLayout;
  readonly window: WindowLevel | undefined;
  readonly windowFromFile: boolean;
  readonly inverted: boolean;
  /** Undefined: no two viewports hang together. */
  readonly linked: boolean | undefined;
  readonly asideShown: boolean | undefined;
  readonly hanging: Hanging;
  readonly onHang: (protocolId: string) => void;
  readonly onSaveHanging: (name: string) => Promise<void>;
  readonly onCommand: (name: CommandName) => void;
  readonly onLayout: (layout: RoomLayout) => void;
  readonly end: ReactNode;
}

const MOUSE: readonly CommandName[] = ["window", "pan", "zoom", "scroll"];
const MEASURE: readonly CommandName[] = ["length", "ellipse", "rectangle", "probe", "erase", "clear"];
const VIEW: readonly CommandName[] = ["invert", "fit", "one-to-one", "rotate", "flip", "reset"];

/** The one row of tools. */
export function CtToolbar(props: CtToolbarProps): ReactNode {
  const { text } = useText();
  const { tool, layout, window, windowFromFile, inverted, linked, asideShown, hanging, onCommand, onLayout, end } =
    props;
  const pressed = (name: CommandName): boolean | undefined => {
    if (name === "invert") return inverted;
    if (name === "aside") return asideShown;
    if (name === "link") return linked;
    return MOUSE.includes(name) || (MEASURE.includes(name) && name !== "clear") ? name === tool : undefined;
  };
  const button = (name: CommandName): ReactNode => (
    <ToolButton key={name} name={name} pressed={pressed(name)} onCommand={onCommand} />
  );
  const presets = WINDOW_PRESETS.map((preset) => ({
    id: `preset-${preset.name}`,
    label: text(`ct.preset-${preset.name}`),
    note: `${preset.width} / ${preset.center}   ${preset.key}`,
    chosen: window !== undefined && sameWindow(preset, window),
  }));
  return (
    <div className="room-tools" role="toolbar" aria-label={text("ct.tools")}>
      <div className="tool-group" data-choice="true">
        {MOUSE.map(button)}
      </div>
      <div className="tool-group" data-choice="true">
        {MEASURE.map(button)}
      </div>
      <div className="tool-group">
        <MenuButton
          label={text("ct.presets")}
          icon={<ToolIcon name="presets" />}
          items={[
            ...presets,
            { id: "preset-file", label: text("ct.command-preset-file"), note: "0", chosen: windowFromFile },
          ]}
          onChoose={(id) => {
            const preset = WINDOW_PRESETS.find(({ name }) => `preset-${name}` === id);
            onCommand(preset ? `preset-${preset.name}` : "preset-file");
          }}
        />
        {VIEW.map(button)}
      </div>
      <div className="tool-group">
        <MenuButton
          label={`${text("ct.layout")} (${keySign("v")})`}
          icon={<ToolIcon name="layout" />}
          items={ROOM_LAYOUTS.map((each) => ({ id: each, label: text(`ct.layout-${each}`), chosen: each === layout }))}
          onChoose={(id) => onLayout(ROOM_LAYOUTS.find((each) => each === id) ?? "1x1")}
        />
        <HangingMenu hanging={hanging} onChoose={props.onHang} onSave={props.onSaveHanging} />
        {linked !== undefined && button("link")}
        {button("fullscreen")}
        {button("keys")}
        {asideShown !== undefined && button("aside")}
      </div>
      {end !== undefined && <div className="room-tools-end">{end}</div>}
    </div>
  );
}

interface ToolButtonProps {
  readonly name: CommandName;
  readonly pressed: boolean | undefined;
  readonly onCommand: (name: CommandName) => void;
}

function ToolButton({ name, pressed, onCommand }: ToolButtonProps): ReactNode {
  const { text } = useText();
  const command = commandOf(name);
  if (!command) return null;
  const label = `${text(command.label)} (${command.keys.map(keySign).join(", ")})`;
  return (
    <button
      type="button"
      className="tool"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      data-command={name}
      // The focus stays on the page, so that Space and Enter do not press the tool again.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onCommand(name)}
    >
      <ToolIcon name={name} />
    </button>
  );
}
