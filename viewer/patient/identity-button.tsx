import { Button } from "antd";
import { useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { useSession } from "../shell/use-session.ts";
import { StudyIdentityDialog } from "./study-identity-dialog.tsx";

interface IdentityButtonProps {
  readonly studyInstanceUid: string;
  readonly isUrgent?: boolean;
}

/** Opens what puts a study's patient right; for those who may. */
export function IdentityButton({ studyInstanceUid, isUrgent = false }: IdentityButtonProps) {
  const { text } = useText();
  const [isOpen, setIsOpen] = useState(false);
  const roles = useSession().data?.roles ?? [];
  if (!roles.some(({ role }) => role === "technician" || role === "administrator")) return null;
  return (
    <div>
      <Button size="small" type={isUrgent ? "primary" : "default"} onClick={() => setIsOpen(true)}>
        {text("identity.correct-study")}
      </Button>
      {isOpen && <StudyIdentityDialog studyInstanceUid={studyInstanceUid} onClose={() => setIsOpen(false)} />}
    </div>
  );
}
