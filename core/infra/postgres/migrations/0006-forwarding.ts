/** Studies that are sent on to other archives by themselves, and how far each has come. */
export const forwardingMigration = `
CREATE TABLE forward_rule (
  site_id text NOT NULL REFERENCES site,
  -- '*' is every modality
  modality text NOT NULL,
  destination text NOT NULL REFERENCES application_entity,
  PRIMARY KEY (site_id, modality, destination)
);

CREATE TABLE transfer (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  study_id bigint NOT NULL REFERENCES study,
  destination text NOT NULL,
  sent integer NOT NULL DEFAULT 0,
  -- instances up to this id were confirmed, or refused for good
  last_instance_id bigint NOT NULL DEFAULT 0,
  refused_uids text[] NOT NULL DEFAULT '{}',
  failure text,
  changed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (study_id, destination)
);
`;
