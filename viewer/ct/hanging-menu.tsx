import { type ReactNode, useState } from "react";
import { SHIPPED_PROTOCOLS } from "../../core/reading/hanging/shipped-protocols.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { HangingDialog } from "./hanging-dialog.tsx";
import { MenuButton } from "./menu-button.tsx";
import { ToolIcon } from "./tool-icons.tsx";
import type { Hanging } from "./use-hanging.ts";

interface HangingMenuProps {
  readonly hanging: Hanging;
  readonly onChoose: (id: string) => void;
  /** Keeps how the room stands now under this name. Throws what the hub answers. */
  readonly onSave: (name: string) => Promise<void>;
}

/** Which protocol the images hang by: to choose another, and to keep how the room stands now. */
export function HangingMenu({ hanging, onChoose, onSave }: HangingMenuProps): ReactNode {
  const { text, language } = useText();
  const [saving, setSaving] = useState(false);
  const { current, offered, own, fault } = hanging;
  const isShipped = (id: string): boolean => SHIPPED_PROTOCOLS.some((each) => each.id === id);
  return (
    <>
      <MenuButton
        label={current ? `${text("ct.hanging")}: ${current.protocol.name[language]}` : text("ct.hanging")}
        icon={<ToolIcon name="hanging" />}
        testId="hanging"
        current={current?.id}
        items={offered.map(({ id, protocol }) => ({
          id,
          label: protocol.name[language],
          note: isShipped(id)
            ? `${protocol.layout.rows} × ${protocol.layout.columns}`
            : `${text("ct.hanging-own")}  ${protocol.layout.rows} × ${protocol.layout.columns}`,
          chosen: id === current?.id,
        }))}
        onChoose={onChoose}
        action={{ label: text("ct.hanging-keep"), run: () => setSaving(true) }}
      />
      {fault !== null && (
        <span className="room-fault" role="alert" title={problemText(fault, text)}>
          {text("ct.hanging-not-kept")}
        </span>
      )}
      {saving && <HangingDialog own={own} onSave={onSave} onRemove={hanging.remove} onClose={() => setSaving(false)} />}
    </>
  );
}
