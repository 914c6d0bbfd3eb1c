/** De-identified exports: what was asked for and why, who is called what in it, and what was refused. The mapping stays here. */
export const exportsMigration = `
CREATE TABLE study_export (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  purpose text NOT NULL CHECK (length(purpose) BETWEEN 1 AND 500),
  options jsonb NOT NULL,
  pseudonym_prefix text NOT NULL CHECK (pseudonym_prefix ~ '^[A-Z0-9-]{1,16}$'),
  -- UIDs and the days by which dates move are made with it: whoever has it can find the originals again
  key bytea NOT NULL CHECK (length(key) = 32),
  -- null: by the command on the machine itself
  requested_by uuid REFERENCES account,
  requested_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  failure text,
  total integer NOT NULL DEFAULT 0,
  exported integer NOT NULL DEFAULT 0,
  refused integer NOT NULL DEFAULT 0,
  finished_at timestamptz,
  -- the zip; null before it is made, and where the files went into a folder
  blob_key text,
  byte_length bigint
);
CREATE INDEX study_export_newest ON study_export (requested_at DESC, id);
CREATE INDEX study_export_blob ON study_export (blob_key) WHERE blob_key IS NOT NULL;

CREATE TABLE study_export_study (
  export_id uuid NOT NULL REFERENCES study_export,
  position integer NOT NULL,
  study_id bigint NOT NULL REFERENCES study,
  PRIMARY KEY (export_id, position),
  UNIQUE (export_id, study_id)
);

CREATE TABLE study_export_patient (
  export_id uuid NOT NULL REFERENCES study_export,
  patient_id bigint NOT NULL REFERENCES patient,
  pseudonym text NOT NULL,
  shift_days integer NOT NULL,
  PRIMARY KEY (export_id, patient_id),
  UNIQUE (export_id, pseudonym)
);

CREATE TABLE study_export_refusal (
  export_id uuid NOT NULL REFERENCES study_export,
  instance_id bigint NOT NULL REFERENCES instance,
  reason text NOT NULL,
  PRIMARY KEY (export_id, instance_id)
);

ALTER TABLE study_export ENABLE ROW LEVEL SECURITY;
ALTER TABLE study_export_study ENABLE ROW LEVEL SECURITY;
ALTER TABLE study_export_patient ENABLE ROW LEVEL SECURITY;
ALTER TABLE study_export_refusal ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_export ON study_export FOR SELECT TO hub_app USING (
  (SELECT '* any' = ANY (hub_view_grants('study.export-deidentified'))));
CREATE POLICY ask_export ON study_export FOR INSERT TO hub_app WITH CHECK (
  (SELECT '* any' = ANY (hub_view_grants('study.export-deidentified'))) AND requested_by = (SELECT hub_account_id()));
CREATE POLICY view_export_study ON study_export_study FOR SELECT TO hub_app USING (
  EXISTS (SELECT 1 FROM study_export e WHERE e.id = study_export_study.export_id));
CREATE POLICY ask_export_study ON study_export_study FOR INSERT TO hub_app WITH CHECK (
  EXISTS (SELECT 1 FROM study_export e WHERE e.id = study_export_study.export_id AND e.requested_by = (SELECT hub_account_id())));
CREATE POLICY view_export_refusal ON study_export_refusal FOR SELECT TO hub_app USING (
  EXISTS (SELECT 1 FROM study_export e WHERE e.id = study_export_refusal.export_id));
-- nobody reads the key or the mapping but the hub itself
GRANT SELECT (id, purpose, options, pseudonym_prefix, requested_by, requested_at, state, failure, total, exported, refused,
  finished_at, blob_key, byte_length) ON study_export TO hub_app;
GRANT INSERT ON study_export TO hub_app;
GRANT SELECT, INSERT ON study_export_study TO hub_app;
GRANT SELECT ON study_export_refusal TO hub_app;

-- whatever named blobs before, and the zips; whoever adds a third finds both
ALTER FUNCTION hub_named_blobs(text[]) RENAME TO hub_named_blobs_but_exports;
CREATE FUNCTION hub_named_blobs(keys text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT hub_named_blobs_but_exports(keys)
  UNION ALL SELECT blob_key FROM study_export WHERE blob_key = ANY (keys) $$;
`;
