/**
 * What is made of a series, so that it is ready when somebody asks: its metadata and its reading bundle. Made again at any
 * time from the instances; `instance_count` says of how many it was made, and with another count it is out of date.
 */
export const seriesObjectsMigration = `
CREATE TABLE series_object (
  series_id bigint NOT NULL REFERENCES series,
  kind text NOT NULL CHECK (kind IN ('metadata', 'bundle')),
  instance_count integer NOT NULL,
  -- null: of this series there is none, and that is known
  blob_key text UNIQUE,
  byte_length bigint NOT NULL DEFAULT 0,
  blob_sha256 bytea,
  -- of a bundle: its index, JSON compressed with gzip
  index_gzip bytea,
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (series_id, kind)
);
ALTER TABLE series_object ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_series_object ON series_object FOR SELECT TO hub_app
  USING (EXISTS (SELECT 1 FROM series s WHERE s.id = series_object.series_id));
GRANT SELECT ON series_object TO hub_app;

CREATE INDEX study_receiving ON study (last_received_at) WHERE state = 'receiving';

CREATE OR REPLACE FUNCTION hub_named_blobs(keys text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT blob_key FROM instance WHERE blob_key = ANY (keys)
  UNION ALL SELECT blob_key FROM series_object WHERE blob_key = ANY (keys) $$;
`;
