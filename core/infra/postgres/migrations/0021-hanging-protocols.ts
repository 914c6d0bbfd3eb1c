/**
 * How a reader wants images hung: protocols of one's own, and which one was chosen last for which kind of examination. Both are
 * their account's and nobody else's.
 */
export const hangingProtocolsMigration = `
CREATE TABLE hanging_protocol (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id uuid NOT NULL REFERENCES account,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  protocol jsonb NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, name)
);
CREATE TABLE hanging_choice (
  account_id uuid NOT NULL REFERENCES account,
  exam_kind text NOT NULL CHECK (length(exam_kind) <= 40),
  -- of the hub's (hub.…), or the id of one of one's own
  protocol_id text NOT NULL CHECK (length(protocol_id) <= 48),
  chosen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, exam_kind)
);
ALTER TABLE hanging_protocol ENABLE ROW LEVEL SECURITY;
ALTER TABLE hanging_choice ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_hanging_protocol ON hanging_protocol FOR ALL TO hub_app USING (account_id = (SELECT hub_account_id()))
  WITH CHECK (account_id = (SELECT hub_account_id()));
CREATE POLICY own_hanging_choice ON hanging_choice FOR ALL TO hub_app USING (account_id = (SELECT hub_account_id()))
  WITH CHECK (account_id = (SELECT hub_account_id()));
GRANT SELECT, INSERT, UPDATE, DELETE ON hanging_protocol, hanging_choice TO hub_app;
`;
