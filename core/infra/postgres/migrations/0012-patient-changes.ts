import { indexWithChanges } from "./0012-index-with-changes.ts";

/**
 * Patient reconciliation (IHE PIR): merge, link, move, correct. A change is a row; what it says is laid over patients and
 * studies by folding all changes that stand, oldest first, over what their instances said (`own`). One that is undone
 * leaves the fold, so that what it covered comes back, for studies that came in meanwhile too.
 */
export const patientChangesMigration = `
ALTER TABLE patient
  -- as her instances name her; null while no change lies over it
  ADD COLUMN own jsonb,
  -- where her studies are filed now, at the end of a chain of merges
  ADD COLUMN merged_into bigint REFERENCES patient,
  -- the smallest id among those linked with her; null: nobody is
  ADD COLUMN person_id bigint;
CREATE INDEX patient_own_id ON patient (issuer, (own ->> 'patientId')) WHERE own IS NOT NULL;
CREATE INDEX patient_person ON patient (coalesce(person_id, id));

ALTER TABLE study
  -- patient and names as the header has them; null while no change lies over it
  ADD COLUMN own jsonb,
  -- what lies over it; null while nothing does
  ADD COLUMN laid jsonb,
  ADD COLUMN identity_change_id bigint,
  ADD COLUMN identity_changed_at timestamptz,
  ADD COLUMN identity_changed_by text,
  -- people look for a patient by the name they know; machines are answered by the one that holds
  ADD COLUMN former_search_text text NOT NULL DEFAULT '',
  -- the patient as the first instance names her that disagrees
  ADD COLUMN conflict_with jsonb;
CREATE INDEX study_own_patient ON study (((own ->> 'patient')::bigint)) WHERE own IS NOT NULL;
CREATE INDEX study_former_search ON study USING gin (former_search_text gin_trgm_ops) WHERE former_search_text <> '';
CREATE INDEX study_identity_conflict ON study (site_id, id) WHERE identity_conflict;

-- of which state of the study's identity it was made; null: of what the instances say
ALTER TABLE series_object ADD COLUMN identity_change_id bigint;

CREATE TABLE patient_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('merge', 'link', 'move', 'correct')),
  -- whose patients these are; of a link the first one's issuer
  site_id text NOT NULL REFERENCES site,
  -- who is merged, linked or corrected, or from whom a study is moved
  patient_id bigint REFERENCES patient ON DELETE SET NULL,
  to_patient_id bigint REFERENCES patient ON DELETE SET NULL,
  -- who they were then: a patient who was made for a change goes again with it
  named jsonb NOT NULL DEFAULT '{}',
  -- the one study of a move, or of a correction that is not of the patient
  study_id bigint REFERENCES study,
  sets jsonb NOT NULL,
  -- to_patient_id was made for it
  makes_patient boolean NOT NULL DEFAULT false,
  -- before and after, as they were shown
  difference jsonb,
  -- conflicts that it settled, and prior access that it took away: given back when it is undone
  settled jsonb NOT NULL DEFAULT '[]',
  taken jsonb NOT NULL DEFAULT '[]',
  reason text NOT NULL CHECK (reason <> ''),
  at timestamptz NOT NULL DEFAULT now(),
  account_id uuid NOT NULL REFERENCES account,
  account_name text NOT NULL,
  undone_at timestamptz,
  undone_by uuid REFERENCES account,
  undone_by_name text,
  CHECK (kind <> 'move' OR study_id IS NOT NULL),
  CHECK (kind = 'correct' OR to_patient_id IS DISTINCT FROM patient_id)
);
CREATE INDEX patient_change_of_patient ON patient_change (patient_id, id) WHERE undone_at IS NULL;
CREATE INDEX patient_change_to_patient ON patient_change (to_patient_id, id) WHERE undone_at IS NULL;
CREATE INDEX patient_change_of_study ON patient_change (study_id, id) WHERE study_id IS NOT NULL;

-- which studies a change was laid over, then or as they came
CREATE TABLE patient_change_study (
  change_id bigint NOT NULL REFERENCES patient_change,
  study_id bigint NOT NULL REFERENCES study,
  PRIMARY KEY (change_id, study_id)
);
CREATE INDEX patient_change_study_study ON patient_change_study (study_id);

-- A change waits for the batches that are being indexed, and they for it: neither may miss what the other writes.
CREATE FUNCTION hub_identity_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hashtextextended('patient identity', 0) $$;

-- the age string (PS3.5 AS) of who was born then, on that day
CREATE FUNCTION hub_age_at(birth text, day text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE born date; seen date; whole interval; years integer; months integer;
BEGIN
  IF birth !~ '^[0-9]{8}$' OR day !~ '^[0-9]{8}$' THEN RETURN ''; END IF;
  born := make_date(left(birth, 4)::integer, substr(birth, 5, 2)::integer, right(birth, 2)::integer);
  seen := make_date(left(day, 4)::integer, substr(day, 5, 2)::integer, right(day, 2)::integer);
  IF seen < born THEN RETURN ''; END IF;
  whole := age(seen, born);
  years := extract(year FROM whole);
  months := years * 12 + extract(month FROM whole);
  IF years >= 3 THEN RETURN lpad(least(years, 999)::text, 3, '0') || 'Y'; END IF;
  IF months >= 1 THEN RETURN lpad(months::text, 3, '0') || 'M'; END IF;
  RETURN lpad((seen - born)::text, 3, '0') || 'D';
EXCEPTION WHEN datetime_field_overflow THEN RETURN '';
END $$;

CREATE FUNCTION hub_json_value(vr text, value text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN value = '' THEN jsonb_build_object('vr', vr)
    ELSE jsonb_build_object('vr', vr, 'Value', jsonb_build_array(value)) END $$;

CREATE FUNCTION hub_own_of_study(s study) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(s.own, jsonb_build_object('patient', s.patient_id, 'name', s.patient_name, 'latin', s.patient_name_latin,
    'birthDate', s.patient_birth_date, 'sex', s.patient_sex, 'age', s.patient_age, 'searchText', s.search_text,
    'attributes', s.attributes)) $$;

-- the words of the names in a study's own search text, which ends with her id and the accession number
CREATE FUNCTION hub_own_name_words(own jsonb, accession text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE words text := own ->> 'searchText'; word text;
BEGIN
  FOREACH word IN ARRAY ARRAY[lower(accession), lower(own -> 'attributes' -> '00100020' -> 'Value' ->> 0)] LOOP
    IF word <> '' AND ' ' || words LIKE '% ' || replace(replace(replace(word, '\\', '\\\\'), '%', '\\%'), '_', '\\_') THEN
      words := rtrim(left(words, greatest(length(words) - length(word), 0)));
    END IF;
  END LOOP;
  RETURN words;
END $$;

-- Folds the changes that stand over what the study's header says, and writes what comes of it.
CREATE FUNCTION hub_lay_study(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  s study; o jsonb; c patient_change; v_patient bigint; v_laid jsonb := '{}'; v_last bigint := 0;
  v_at timestamptz; v_by text; v_age text; v_words text; v_id text; v_attributes jsonb;
BEGIN
  SELECT * INTO s FROM study WHERE id = wanted FOR NO KEY UPDATE;
  o := hub_own_of_study(s);
  v_patient := (o ->> 'patient')::bigint;
  LOOP
    SELECT * INTO c FROM patient_change x
      WHERE x.id > v_last AND x.undone_at IS NULL AND x.kind <> 'link'
        AND (x.study_id = wanted OR (x.study_id IS NULL AND x.patient_id = v_patient))
      ORDER BY x.id LIMIT 1;
    EXIT WHEN NOT FOUND;
    v_last := c.id; v_at := c.at; v_by := c.account_name;
    v_patient := coalesce(c.to_patient_id, v_patient);
    v_laid := v_laid || c.sets || jsonb_build_object('kind', c.kind);
    INSERT INTO patient_change_study (change_id, study_id) VALUES (c.id, wanted) ON CONFLICT DO NOTHING;
  END LOOP;
  IF v_last = 0 THEN
    UPDATE study SET patient_id = v_patient, patient_name = o ->> 'name', patient_name_latin = o ->> 'latin',
        patient_birth_date = o ->> 'birthDate', patient_sex = o ->> 'sex', patient_age = o ->> 'age',
        search_text = o ->> 'searchText', attributes = o -> 'attributes', own = NULL, laid = NULL, former_search_text = '',
        identity_change_id = NULL, identity_changed_at = NULL, identity_changed_by = NULL
      WHERE id = wanted AND s.own IS NOT NULL;
    RETURN;
  END IF;
  -- what the device wrote is another's age, or of another day of birth; where it wrote none there is none
  v_age := o ->> 'age';
  IF v_age <> '' AND (v_laid ? 'isAnother' OR v_laid ->> 'birthDate' <> o ->> 'birthDate') THEN
    v_age := hub_age_at(coalesce(v_laid ->> 'birthDate', o ->> 'birthDate'), s.study_date);
  END IF;
  v_id := coalesce(v_laid ->> 'patientId', o -> 'attributes' -> '00100020' -> 'Value' ->> 0, '');
  v_words := coalesce(v_laid ->> 'nameWords', hub_own_name_words(o, s.accession_number));
  v_attributes := o -> 'attributes';
  IF v_laid ? 'alphabetic' THEN
    v_attributes := v_attributes || jsonb_build_object('00100010', CASE WHEN v_laid ->> 'display' = '' THEN '{"vr": "PN"}'::jsonb
      ELSE jsonb_build_object('vr', 'PN', 'Value', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
        'Alphabetic', nullif(v_laid ->> 'alphabetic', ''), 'Ideographic', nullif(v_laid ->> 'ideographic', ''),
        'Phonetic', nullif(v_laid ->> 'phonetic', ''))))) END);
  END IF;
  IF v_laid ? 'patientId' THEN v_attributes := v_attributes || jsonb_build_object('00100020', hub_json_value('LO', v_id)); END IF;
  IF v_laid ? 'birthDate' THEN
    v_attributes := v_attributes || jsonb_build_object('00100030', hub_json_value('DA', v_laid ->> 'birthDate'));
  END IF;
  IF v_laid ? 'sex' THEN v_attributes := v_attributes || jsonb_build_object('00100040', hub_json_value('CS', v_laid ->> 'sex')); END IF;
  IF v_age IS DISTINCT FROM o ->> 'age' THEN
    v_attributes := v_attributes || jsonb_build_object('00101010', hub_json_value('AS', v_age));
    v_laid := v_laid || jsonb_build_object('age', v_age);
  END IF;
  UPDATE study SET patient_id = v_patient,
      patient_name = coalesce(v_laid ->> 'display', o ->> 'name'), patient_name_latin = coalesce(v_laid ->> 'latin', o ->> 'latin'),
      patient_birth_date = coalesce(v_laid ->> 'birthDate', o ->> 'birthDate'), patient_sex = coalesce(v_laid ->> 'sex', o ->> 'sex'),
      patient_age = v_age, search_text = concat_ws(' ', nullif(v_words, ''), nullif(lower(v_id), ''), nullif(lower(s.accession_number), '')),
      former_search_text = o ->> 'searchText', attributes = v_attributes, own = o, laid = v_laid,
      identity_change_id = v_last, identity_changed_at = v_at, identity_changed_by = v_by
    WHERE id = wanted;
END $$;

-- The same for a patient's row: corrections lie over it, a merge says where her studies are filed.
CREATE FUNCTION hub_lay_patient(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE p patient; o jsonb; c patient_change; v_laid jsonb := '{}'; v_target bigint := wanted; v_next bigint;
BEGIN
  SELECT * INTO p FROM patient WHERE id = wanted FOR NO KEY UPDATE;
  o := coalesce(p.own, jsonb_build_object('patientId', p.patient_id, 'alphabetic', p.name_alphabetic,
    'ideographic', p.name_ideographic, 'phonetic', p.name_phonetic, 'birthDate', p.birth_date, 'sex', p.sex,
    'searchText', p.search_text));
  FOR c IN SELECT * FROM patient_change x WHERE x.patient_id = wanted AND x.undone_at IS NULL AND x.kind = 'correct'
      AND x.study_id IS NULL ORDER BY x.id LOOP
    v_laid := v_laid || c.sets;
  END LOOP;
  LOOP
    SELECT x.to_patient_id INTO v_next FROM patient_change x
      WHERE x.patient_id = v_target AND x.undone_at IS NULL AND x.kind = 'merge';
    EXIT WHEN NOT FOUND OR v_next = wanted;
    v_target := v_next;
  END LOOP;
  UPDATE patient SET patient_id = coalesce(v_laid ->> 'patientId', o ->> 'patientId'),
      name_alphabetic = coalesce(v_laid ->> 'alphabetic', o ->> 'alphabetic'),
      name_ideographic = coalesce(v_laid ->> 'ideographic', o ->> 'ideographic'),
      name_phonetic = coalesce(v_laid ->> 'phonetic', o ->> 'phonetic'),
      birth_date = coalesce(v_laid ->> 'birthDate', o ->> 'birthDate'), sex = coalesce(v_laid ->> 'sex', o ->> 'sex'),
      search_text = concat_ws(' ', o ->> 'searchText', nullif(v_laid ->> 'nameWords', ''), lower(v_laid ->> 'patientId')),
      merged_into = nullif(v_target, wanted),
      own = CASE WHEN v_laid = '{}' AND v_target = wanted THEN NULL ELSE o END
    WHERE id = wanted;
END $$;

-- everybody who hangs together with these by the links and merges that stand
CREATE FUNCTION hub_linked_patients(wanted bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  WITH RECURSIVE reached (id) AS (
    SELECT unnest(wanted)
    UNION
    SELECT CASE WHEN c.patient_id = r.id THEN c.to_patient_id ELSE c.patient_id END
    FROM reached r JOIN patient_change c ON (c.patient_id = r.id OR c.to_patient_id = r.id)
    WHERE c.undone_at IS NULL AND c.kind IN ('link', 'merge') AND c.to_patient_id IS NOT NULL)
  SELECT id FROM reached WHERE id IS NOT NULL $$;

CREATE FUNCTION hub_same_person(wanted bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  SELECT y.id FROM patient x JOIN patient y ON coalesce(y.person_id, y.id) = coalesce(x.person_id, x.id) WHERE x.id = wanted $$;

-- A centre that was asked sees as priors what the same person has elsewhere: past row-level security, as the one who asks
-- may not see that. The task is the warrant.
CREATE FUNCTION hub_give_linked_priors(asked bigint, centre text) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  INSERT INTO study_access (study_id, site_id, relation)
  SELECT s.id, centre, 'prior' FROM study s
  WHERE s.patient_id IN (SELECT hub_same_person(x.patient_id) FROM study x WHERE x.id = asked) AND s.id <> asked
    AND EXISTS (SELECT 1 FROM reading_task t WHERE t.study_id = asked AND t.centre_site_id = centre)
  ON CONFLICT DO NOTHING $$;

-- Does a header that names her so contradict where the study is filed?
CREATE FUNCTION hub_contradicts(s study, p jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE x patient;
BEGIN
  IF p ->> 'patientId' = '' THEN RETURN false; END IF;
  SELECT * INTO x FROM patient y WHERE y.issuer = s.site_id AND (y.patient_id = p ->> 'patientId'
      OR (y.own IS NOT NULL AND y.own ->> 'patientId' = p ->> 'patientId'))
    ORDER BY (y.patient_id = p ->> 'patientId') DESC LIMIT 1;
  IF NOT FOUND THEN RETURN true; END IF;
  IF coalesce(x.merged_into, x.id) <> s.patient_id AND x.id IS DISTINCT FROM (s.own ->> 'patient')::bigint THEN RETURN true; END IF;
  RETURN (x.name_alphabetic, x.name_ideographic, x.birth_date, x.sex)
      IS DISTINCT FROM (p ->> 'alphabetic', p ->> 'ideographic', p ->> 'birthDate', p ->> 'sex')
    AND (x.own IS NULL OR (x.own ->> 'alphabetic', x.own ->> 'ideographic', x.own ->> 'birthDate', x.own ->> 'sex')
      IS DISTINCT FROM (p ->> 'alphabetic', p ->> 'ideographic', p ->> 'birthDate', p ->> 'sex'));
END $$;

-- Who reads a patient may see her other studies: what that means after a change. Gives what was taken away.
CREATE FUNCTION hub_settle_priors(patients bigint[]) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE v_taken jsonb;
BEGIN
  WITH hers AS (
    SELECT s.id, coalesce(p.person_id, p.id) AS person FROM study s JOIN patient p ON p.id = s.patient_id
    WHERE s.patient_id = ANY (patients)),
  gone AS (
    DELETE FROM study_access a USING hers h WHERE a.study_id = h.id AND a.relation = 'prior' AND NOT EXISTS (
      SELECT 1 FROM hers x JOIN reading_task t ON t.study_id = x.id
      WHERE x.person = h.person AND x.id <> h.id AND t.centre_site_id = a.site_id)
    RETURNING a.study_id, a.site_id)
  SELECT coalesce(jsonb_agg(jsonb_build_array(study_id, site_id)), '[]') INTO v_taken FROM gone;
  -- as it would have been from the start: at the request what was there, until the report what came
  INSERT INTO study_access (study_id, site_id, relation)
    SELECT DISTINCT s.id, t.centre_site_id, 'prior'
    FROM study s JOIN patient p ON p.id = s.patient_id
    JOIN patient q ON coalesce(q.person_id, q.id) = coalesce(p.person_id, p.id)
    JOIN study x ON x.patient_id = q.id AND x.id <> s.id
    JOIN reading_task t ON t.study_id = x.id AND t.state <> 'withdrawn'
      AND (t.final_at IS NULL OR s.first_received_at < t.final_at)
    WHERE s.patient_id = ANY (patients)
    ON CONFLICT DO NOTHING;
  RETURN v_taken;
END $$;

-- the sites that may see a study as a prior; to be shown to whoever changes who the patient is
CREATE FUNCTION hub_prior_sites(wanted bigint) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(site_id ORDER BY site_id), '{}') FROM study_access WHERE study_id = wanted AND relation = 'prior' $$;

CREATE FUNCTION hub_name_patient(p patient) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('issuer', p.issuer, 'patientId', p.patient_id, 'alphabetic', p.name_alphabetic,
    'ideographic', p.name_ideographic, 'birthDate', p.birth_date, 'sex', p.sex) $$;

CREATE FUNCTION hub_check_patient_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE p patient; q patient; s study;
BEGIN
  PERFORM pg_advisory_xact_lock(hub_identity_lock());
  SELECT * INTO STRICT p FROM patient WHERE id = NEW.patient_id;
  IF p.issuer <> NEW.site_id OR p.merged_into IS NOT NULL THEN RAISE EXCEPTION 'patient change: patient'; END IF;
  IF NEW.to_patient_id IS NOT NULL THEN
    SELECT * INTO STRICT q FROM patient WHERE id = NEW.to_patient_id;
    IF q.merged_into IS NOT NULL OR (NEW.kind = 'link') = (q.issuer = p.issuer) THEN RAISE EXCEPTION 'patient change: issuer'; END IF;
  ELSIF NEW.kind <> 'correct' THEN RAISE EXCEPTION 'patient change: nobody else';
  END IF;
  IF NEW.study_id IS NOT NULL THEN
    SELECT * INTO STRICT s FROM study WHERE id = NEW.study_id;
    IF s.patient_id <> NEW.patient_id OR s.site_id <> NEW.site_id OR NEW.kind NOT IN ('move', 'correct') THEN
      RAISE EXCEPTION 'patient change: study';
    END IF;
    IF NEW.kind = 'correct' AND NEW.sets ? 'patientId' THEN
      -- an id that nobody has yet: she is a patient from now on
      INSERT INTO patient (issuer, patient_id, name_alphabetic, name_ideographic, name_phonetic, birth_date, sex, search_text)
        VALUES (p.issuer, NEW.sets ->> 'patientId', coalesce(NEW.sets ->> 'alphabetic', p.name_alphabetic),
          coalesce(NEW.sets ->> 'ideographic', p.name_ideographic), coalesce(NEW.sets ->> 'phonetic', p.name_phonetic),
          coalesce(NEW.sets ->> 'birthDate', p.birth_date), coalesce(NEW.sets ->> 'sex', p.sex),
          concat_ws(' ', coalesce(NEW.sets ->> 'nameWords', p.search_text), lower(NEW.sets ->> 'patientId')))
        RETURNING id INTO NEW.to_patient_id;
      NEW.makes_patient := true;
      SELECT * INTO STRICT q FROM patient WHERE id = NEW.to_patient_id;
    END IF;
  END IF;
  NEW.named := jsonb_build_object('patient', hub_name_patient(p), 'other', CASE WHEN q.id IS NOT NULL THEN hub_name_patient(q) END);
  RETURN NEW;
END $$;
CREATE TRIGGER patient_change_is_sound BEFORE INSERT ON patient_change FOR EACH ROW EXECUTE FUNCTION hub_check_patient_change();

CREATE FUNCTION hub_patient_change_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.kind, NEW.site_id, NEW.study_id, NEW.sets, NEW.named, NEW.reason, NEW.at, NEW.account_id)
      IS DISTINCT FROM (OLD.id, OLD.kind, OLD.site_id, OLD.study_id, OLD.sets, OLD.named, OLD.reason, OLD.at, OLD.account_id)
      OR coalesce(NEW.patient_id <> OLD.patient_id, false) OR coalesce(NEW.to_patient_id <> OLD.to_patient_id, false)
      OR (OLD.difference IS NOT NULL AND NEW.difference IS DISTINCT FROM OLD.difference)
      OR (OLD.undone_at IS NOT NULL AND (NEW.undone_at, NEW.undone_by) IS DISTINCT FROM (OLD.undone_at, OLD.undone_by)) THEN
    RAISE EXCEPTION 'a patient change is never changed, only undone';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER patient_change_is_kept BEFORE UPDATE ON patient_change FOR EACH ROW EXECUTE FUNCTION hub_patient_change_is_kept();
CREATE FUNCTION hub_patient_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a patient change is never deleted, only undone'; END $$;
CREATE TRIGGER patient_change_stays BEFORE DELETE ON patient_change FOR EACH ROW EXECUTE FUNCTION hub_patient_change_stays();

CREATE FUNCTION hub_follow_patient_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_two bigint[] := array_remove(ARRAY[NEW.patient_id, NEW.to_patient_id], NULL);
  v_undone boolean := NEW.undone_at IS NOT NULL;
  v_patients bigint[]; v_studies bigint[] := '{}'; v_settled jsonb := '[]'; v_taken jsonb; v_id bigint; v_item jsonb; v_person bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hub_identity_lock());
  -- who hung together with them before, and who does now
  v_patients := ARRAY(
    SELECT y.id FROM patient x JOIN patient y ON coalesce(y.person_id, y.id) = coalesce(x.person_id, x.id) WHERE x.id = ANY (v_two)
    UNION SELECT hub_linked_patients(v_two));
  IF NEW.kind <> 'link' THEN
    v_studies := ARRAY(
      SELECT NEW.study_id WHERE NEW.study_id IS NOT NULL
      UNION SELECT id FROM study WHERE NEW.study_id IS NULL AND NOT v_undone AND patient_id = NEW.patient_id
      UNION SELECT study_id FROM patient_change_study WHERE v_undone AND change_id = NEW.id);
  END IF;
  FOREACH v_id IN ARRAY v_patients LOOP
    PERFORM hub_lay_patient(v_id);
    SELECT CASE WHEN count(*) > 1 THEN min(id) END INTO v_person FROM hub_linked_patients(ARRAY[v_id]) AS linked (id);
    UPDATE patient SET person_id = v_person WHERE id = v_id AND person_id IS DISTINCT FROM v_person;
  END LOOP;
  FOREACH v_id IN ARRAY v_studies LOOP PERFORM hub_lay_study(v_id); END LOOP;

  IF v_undone THEN
    -- before it is looked whether they still have a reason: another change may have gone meanwhile
    INSERT INTO study_access (study_id, site_id, relation)
      SELECT (item ->> 0)::bigint, item ->> 1, 'prior' FROM jsonb_array_elements(NEW.taken) AS item ON CONFLICT DO NOTHING;
    v_patients := ARRAY(
      SELECT unnest(v_patients) UNION SELECT hub_same_person(s.patient_id) FROM jsonb_array_elements(NEW.taken) AS item
      JOIN study s ON s.id = (item ->> 0)::bigint);
  END IF;
  v_taken := hub_settle_priors(v_patients);
  IF v_undone THEN
    FOR v_item IN SELECT * FROM jsonb_array_elements(NEW.settled) LOOP
      UPDATE study SET identity_conflict = true, conflict_with = coalesce(conflict_with, nullif(v_item -> 'with', 'null'))
        WHERE id = (v_item ->> 'study')::bigint;
    END LOOP;
    IF NEW.makes_patient THEN
      DELETE FROM patient p WHERE p.id = NEW.to_patient_id
        AND NOT EXISTS (SELECT 1 FROM study s WHERE s.patient_id = p.id OR (s.own IS NOT NULL AND (s.own ->> 'patient')::bigint = p.id))
        AND NOT EXISTS (SELECT 1 FROM patient_change c WHERE c.undone_at IS NULL AND (c.patient_id = p.id OR c.to_patient_id = p.id));
    END IF;
  ELSE
    WITH gone AS (
      SELECT s.id, s.conflict_with FROM study s WHERE s.identity_conflict AND (s.id = NEW.study_id OR (NEW.study_id IS NULL
        AND NEW.kind <> 'link' AND s.patient_id = coalesce(NEW.to_patient_id, NEW.patient_id) AND s.conflict_with IS NOT NULL
        AND NOT hub_contradicts(s, s.conflict_with)))),
    cleared AS (UPDATE study s SET identity_conflict = false, conflict_with = NULL FROM gone g WHERE s.id = g.id)
    SELECT coalesce(jsonb_agg(jsonb_build_object('study', id, 'with', conflict_with)), '[]') INTO v_settled FROM gone;
    UPDATE patient_change SET settled = v_settled, taken = v_taken WHERE id = NEW.id;
  END IF;

  INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'prepare-study', jsonb_build_object('studyId', id::text) FROM study WHERE id = ANY (v_studies) AND state = 'complete'
    UNION ALL
    SELECT 'live', 'change', jsonb_build_object('topic', 'report', 'siteIds', jsonb_agg(DISTINCT a.site_id))
    FROM study s JOIN study_access a ON a.study_id = s.id WHERE s.patient_id = ANY (v_patients) HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER patient_change_follows AFTER INSERT ON patient_change FOR EACH ROW EXECUTE FUNCTION hub_follow_patient_change();
CREATE TRIGGER patient_change_is_undone AFTER UPDATE OF undone_at ON patient_change FOR EACH ROW
  WHEN (OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL) EXECUTE FUNCTION hub_follow_patient_change();

ALTER TABLE patient_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE patient_change_study ENABLE ROW LEVEL SECURITY;
-- a patient without a study may be the right one
CREATE POLICY reconcile_patient ON patient FOR SELECT TO hub_app USING (
  (SELECT '* any' = ANY (hub_view_grants('patient.reconcile')))
  OR (issuer || ' origin') = ANY ((SELECT hub_view_grants('patient.reconcile'))::text[]));
CREATE POLICY view_patient_change ON patient_change FOR SELECT TO hub_app USING (
  (SELECT '* any' = ANY (hub_view_grants('patient.reconcile')))
  OR (kind <> 'link' AND (site_id || ' origin') = ANY ((SELECT hub_view_grants('patient.reconcile'))::text[])));
CREATE POLICY make_patient_change ON patient_change FOR INSERT TO hub_app WITH CHECK (
  account_id = (SELECT hub_account_id()) AND undone_at IS NULL AND (
    (SELECT '* any' = ANY (hub_view_grants('patient.reconcile')))
    OR (kind <> 'link' AND (site_id || ' origin') = ANY ((SELECT hub_view_grants('patient.reconcile'))::text[]))));
CREATE POLICY undo_patient_change ON patient_change FOR UPDATE TO hub_app USING (
  (SELECT '* any' = ANY (hub_view_grants('patient.reconcile')))
  OR (kind <> 'link' AND (site_id || ' origin') = ANY ((SELECT hub_view_grants('patient.reconcile'))::text[])))
  WITH CHECK (undone_by IS NULL OR undone_by = (SELECT hub_account_id()));
CREATE POLICY view_patient_change_study ON patient_change_study FOR SELECT TO hub_app
  USING (EXISTS (SELECT 1 FROM patient_change c WHERE c.id = patient_change_study.change_id));
GRANT SELECT, INSERT ON patient_change TO hub_app;
GRANT UPDATE (difference, undone_at, undone_by, undone_by_name) ON patient_change TO hub_app;
GRANT SELECT ON patient_change_study TO hub_app;
${indexWithChanges}`;
