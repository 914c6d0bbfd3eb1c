/**
 * Earlier studies fetched from the PACS of a hospital, and how much goes to one destination at a time. A fetch stands in
 * `transfer` beside what is sent on: both are work with a peer for one study.
 */
export const priorsMigration = `
ALTER TABLE application_entity ADD COLUMN max_outgoing integer NOT NULL DEFAULT 2 CHECK (max_outgoing BETWEEN 1 AND 100);

-- a destination that did not answer is left alone until then by all that is to go there
CREATE TABLE destination_pause (
  ae_title text PRIMARY KEY,
  failures integer NOT NULL,
  until timestamptz NOT NULL
);

-- a prior came to be compared with: it is neither asked to be read nor sent on by itself
ALTER TABLE study ADD COLUMN purpose text NOT NULL DEFAULT 'reading' CHECK (purpose IN ('reading', 'prior'));

CREATE TABLE prior_rule (
  site_id text NOT NULL REFERENCES site,
  source text NOT NULL REFERENCES application_entity ON DELETE CASCADE,
  -- of the reading and of what is fetched for it; '*' is every modality
  modality text NOT NULL,
  -- what the PACS calls the issuer of the site's patient IDs (0010,0021); empty: it is not asked by it
  issuer text NOT NULL DEFAULT '',
  years integer CHECK (years BETWEEN 1 AND 100),
  most_studies integer NOT NULL DEFAULT 10 CHECK (most_studies BETWEEN 1 AND 100),
  PRIMARY KEY (site_id, source, modality)
);

ALTER TABLE transfer
  ADD COLUMN kind text NOT NULL DEFAULT 'forward' CHECK (kind IN ('forward', 'priors')),
  ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  ADD COLUMN attempts integer NOT NULL DEFAULT 0,
  ADD COLUMN next_at timestamptz,
  -- an administrator asked for it: it does not end with the reading
  ADD COLUMN is_by_hand boolean NOT NULL DEFAULT false,
  ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
  DROP CONSTRAINT transfer_study_id_destination_key,
  ADD UNIQUE (study_id, destination, kind);
CREATE INDEX outbox_transfer ON outbox ((payload ->> 'transferId')) WHERE name IN ('forward-study', 'fetch-priors');

-- what the PACS answered to a fetch, study by study
CREATE TABLE prior_study (
  transfer_id uuid NOT NULL REFERENCES transfer,
  study_instance_uid text NOT NULL CHECK (length(study_instance_uid) <= 64),
  site_id text NOT NULL REFERENCES site,
  outcome text NOT NULL CHECK (outcome IN ('asked', 'received', 'here', 'skipped')),
  reason text,
  instances integer NOT NULL DEFAULT 0,
  asked_at timestamptz,
  PRIMARY KEY (transfer_id, study_instance_uid)
);
CREATE INDEX prior_study_asked ON prior_study (study_instance_uid) WHERE asked_at IS NOT NULL;

-- A study that begins to arrive within a day of being asked for as a prior is one. One that was here before is not: its
-- site has sent it to be read.
CREATE FUNCTION hub_mark_prior() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM prior_study p WHERE p.study_instance_uid = NEW.study_instance_uid AND p.site_id = NEW.site_id
      AND p.asked_at > now() - interval '1 day') THEN
    NEW.purpose := 'prior';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER study_is_prior BEFORE INSERT ON study FOR EACH ROW EXECUTE FUNCTION hub_mark_prior();

-- studies that a PACS says are available there; said again, it is the same row
CREATE TABLE availability_notice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ae_title text NOT NULL,
  site_id text NOT NULL REFERENCES site,
  study_instance_uid text NOT NULL CHECK (length(study_instance_uid) <= 64),
  instances integer NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (ae_title, study_instance_uid)
);
`;
