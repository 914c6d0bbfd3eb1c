import { Button, Popconfirm } from "antd";
import { useText } from "../i18n/use-text.ts";

interface UndoButtonProps {
  /** Resolves or fails; what the hub refuses is shown by whoever gave it. */
  readonly onUndo: () => Promise<unknown>;
}

/** Takes a change back, once it is said again. */
export function UndoButton({ onUndo }: UndoButtonProps) {
  const { text } = useText();
  return (
    <Popconfirm
      title={text("identity.undo.confirm")}
      okText={text("identity.undo")}
      cancelText={text("common.cancel")}
      styles={{ root: { maxWidth: 320 } }}
      onConfirm={() => onUndo().catch(() => {})}
    >
      <Button type="link" size="small">
        {text("identity.undo")}
      </Button>
    </Popconfirm>
  );
}
