/**
 * Exports under one prefix are one project: the same person, study and instance is called the same in each of them. And who
 * can be asked about a request to cancel a reading (PS3.4 table CC.2.2-1).
 */
export const projectsAndContactsMigration = `
CREATE TABLE export_project (
  prefix text PRIMARY KEY CHECK (prefix ~ '^[A-Z0-9-]{1,16}$'),
  -- UIDs and the days by which dates move are made with it: whoever has it can find the originals again
  key bytea NOT NULL CHECK (length(key) = 32),
  made_at timestamptz NOT NULL DEFAULT now()
);
-- who is called what; a number is never given twice under a prefix
CREATE TABLE export_project_patient (
  prefix text NOT NULL REFERENCES export_project,
  patient_id bigint NOT NULL REFERENCES patient,
  number integer NOT NULL CHECK (number > 0),
  PRIMARY KEY (prefix, patient_id),
  UNIQUE (prefix, number)
);
ALTER TABLE export_project ENABLE ROW LEVEL SECURITY;
ALTER TABLE export_project_patient ENABLE ROW LEVEL SECURITY;

-- made with the project's, but for those that were done before there were any
ALTER TABLE study_export ALTER COLUMN key DROP NOT NULL;
-- what was exported last under a prefix is what the project goes on with
INSERT INTO export_project (prefix, key)
  SELECT DISTINCT ON (pseudonym_prefix) pseudonym_prefix, key FROM study_export WHERE state = 'done'
  ORDER BY pseudonym_prefix, requested_at DESC, id;
INSERT INTO export_project_patient (prefix, patient_id, number)
  SELECT e.pseudonym_prefix, p.patient_id, right(p.pseudonym, -length(e.pseudonym_prefix) - 1)::integer
  FROM (SELECT DISTINCT ON (pseudonym_prefix) id, pseudonym_prefix FROM study_export WHERE state = 'done'
      ORDER BY pseudonym_prefix, requested_at DESC, id) e
    JOIN study_export_patient p ON p.export_id = e.id;
DELETE FROM study_export_patient p USING study_export e WHERE e.id = p.export_id AND e.state <> 'done';
UPDATE study_export SET key = NULL WHERE state <> 'done';

-- a study that was once exported can still be deleted; how many were refused stays on the export's own row
ALTER TABLE study_export_refusal DROP CONSTRAINT study_export_refusal_instance_id_fkey,
  ADD FOREIGN KEY (instance_id) REFERENCES instance ON DELETE CASCADE;
CREATE INDEX study_export_refusal_instance ON study_export_refusal (instance_id);

ALTER TABLE workitem_cancel_request
  ADD COLUMN codes jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN contact_name text NOT NULL DEFAULT '',
  ADD COLUMN contact_uri text NOT NULL DEFAULT '',
  ADD COLUMN requesting_ae_title text NOT NULL DEFAULT '' CHECK (length(requesting_ae_title) <= 16);
`;
