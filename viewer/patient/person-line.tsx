import { Fragment } from "react";
import { useText } from "../i18n/use-text.ts";
import "./patient.css";
import { type NamedPerson, personParts } from "./person-text.ts";

/** One person on a line that breaks between name, sex, birth date and ID alone. */
export function PersonLine({ person }: { readonly person: NamedPerson }) {
  const { text } = useText();
  return personParts(person, text).map(([field, part]) => (
    <Fragment key={field}>
      {field !== "name" && " · "}
      <span className="identity-part">{part}</span>
    </Fragment>
  ));
}
