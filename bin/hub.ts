import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROLES } from "../core/access/policy.ts";
import { PAYLOADS } from "../core/api/payloads.ts";
import { isUid } from "../core/dicom/uid.ts";
import { DomainError } from "../core/errors.ts";
import { makeBackup } from "../core/infra/backup/make-backup.ts";
import { restoreBackup } from "../core/infra/backup/restore-backup.ts";
import { openBlobStore } from "../core/infra/blob/open-blob-store.ts";
import { readDicomTls } from "../core/infra/dicom-tls-files.ts";
import { AssociationFailed } from "../core/infra/dimse-scu/association-failed.ts";
import { echoPeer } from "../core/infra/dimse-scu/echo-scu.ts";
import { readRunInfo } from "../core/infra/embedded/run-info.ts";
import { asHub } from "../core/infra/postgres/as-actor.ts";
import { verifyAudit } from "../core/infra/postgres/audit-chain.ts";
import { type Database, openDatabase } from "../core/infra/postgres/database.ts";
import { findDestination } from "../core/infra/postgres/find-destination.ts";
import { migrate } from "../core/infra/postgres/migrate.ts";
import { saveApplicationEntity, writeAccount } from "../core/infra/postgres/queries/district-queries.ts";
import {
  type ConnectionRules,
  certificateSha256,
  saveConnectionRules,
} from "../core/infra/postgres/save-connection-rules.ts";
import { forgetSeriesObjects } from "../core/infra/postgres/series-objects.ts";
import { verifyArchive } from "../core/infra/postgres/verify-archive.ts";
import { writeAudit } from "../core/infra/postgres/write-audit.ts";
import { parseSettings, type Settings } from "../core/infra/settings.ts";
import { createKey } from "../core/infra/sign-in/accounts.ts";
import { hashPassword } from "../core/infra/sign-in/password.ts";
import { newToken } from "../core/infra/sign-in/secret-token.ts";
import { errorTexts } from "../core/texts/error-texts.ts";
import { fillText } from "../core/texts/text-table.ts";

const CHARACTER_SETS = ["ISO_IR 192", "GB18030", "GBK", "ISO 2022 IR 58"];

const USAGE = `usage: npm run --silent hub -- COMMAND
  ae add TITLE --site S [--host H --port P]      register a device's AE title at a site
      [--certificate FILE | --any-certificate]   over TLS only with this certificate, or with any of the CA in its name
      [--tls-only | --no-tls-only]               refuse it on the plain port, or do not
      [--max-associations N]                     at the same time; without it the usual limit
      [--character-set CS]                       of its worklist: ${CHARACTER_SETS.join(", ")}, or any: as it asks
  ae echo TITLE                                  call a registered device, and say whether it answers, or why not
  forward add TITLE --site S [--modality M]      send the site's complete studies on to that AE title
  user add NAME --display TEXT --role R [--site S] [--title TEXT]
                                                 add a person (roles: ${ROLES.join(", ")}); prints the first password, alone
  key create --user U --name N                   make a key for a machine; prints it, alone
  backup --to FOLDER                             write every row and original there, beside a running hub; again: what is new
  restore --from FOLDER                          put a backup into an empty archive
  bundle rebuild [STUDY]                         make the reading bundles again, of one study or of all
  verify                                         read every object again and compare it with its hash
  audit verify                                   walk the audit's hash chain
  migrate                                        bring the database to this version`;

type Options = Readonly<Record<string, string | undefined>>;
type Command = (db: Database, words: readonly string[], options: Options, settings: Settings) => Promise<number>;

/** The administrator's command. Works beside a running hub, on the database it runs on. */
const COMMANDS: Readonly<Record<string, Command>> = {
  "ae add": addApplicationEntity,
  "ae echo": echoApplicationEntity,
  "forward add": addForward,
  "user add": addUser,
  "key create": createUserKey,
  backup: backup,
  restore: restore,
  "bundle rebuild": rebuildBundles,
  verify: verify,
  "audit verify": verifyChain,
  migrate: async (db) => {
    await migrate(db);
    return 0;
  },
};

process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = parse();
  const name = parsed?.positionals.slice(0, 2).join(" ") ?? "";
  const found = Object.keys(COMMANDS).find(
    (known) => name === known || name.startsWith(`${known} `) || parsed?.positionals[0] === known,
  );
  const command = found ? COMMANDS[found] : undefined;
  if (!parsed || !command || !found) {
    console.error(USAGE);
    return 2;
  }
  const settings = parseSettings(process.env);
  const url = settings.databaseUrl ?? (await readRunInfo(settings.dataDir, "postgres"))?.url;
  if (!url) {
    console.error(
      "The hub is not running on this data directory (HUB_DATA), and DATABASE_URL is not set. Start it with `npm start`.",
    );
    return 1;
  }
  const { db, close } = openDatabase(url, { max: 4 });
  try {
    return await command(db, parsed.positionals.slice(found.split(" ").length), parsed.values, settings);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const values = Object.fromEntries(Object.entries(error.detail).map(([key, value]) => [key, String(value)]));
    console.error(fillText(errorTexts[`error.${error.code}`][1], values));
    return 1;
  } finally {
    await close();
  }
}

function parse() {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      allowNegative: true,
      options: {
        site: text,
        host: text,
        port: text,
        user: text,
        name: text,
        display: text,
        role: text,
        title: text,
        certificate: text,
        "any-certificate": flag,
        "tls-only": flag,
        "max-associations": text,
        "character-set": text,
        modality: text,
        to: text,
        from: text,
      },
    });
    return {
      positionals,
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
    };
  } catch {
    return null;
  }
}

async function addApplicationEntity(db: Database, [title]: readonly string[], options: Options): Promise<number> {
  const params = PAYLOADS.saveApplicationEntity.params.safeParse({ title });
  const body = PAYLOADS.saveApplicationEntity.body.safeParse({
    siteId: options.site,
    host: options.host ?? null,
    port: options.port === undefined ? null : Number(options.port),
  });
  if (!params.success || !body.success)
    throw new DomainError("request-invalid", { where: params.success ? "--site, --host, --port" : "TITLE" });
  const rules = await connectionRules(options);
  await asHub(db, async (tx) => {
    await saveApplicationEntity(tx, params.data.title, body.data);
    await saveConnectionRules(tx, params.data.title, rules);
    await writeAudit(tx, {
      actor: "hub",
      action: "application-entity.save",
      outcome: "done",
      detail: { title: params.data.title },
    });
  });
  return 0;
}

async function connectionRules(options: Options): Promise<ConnectionRules> {
  const { certificate, "max-associations": most, "tls-only": tlsOnly, "character-set": characterSet } = options;
  if (characterSet !== undefined && ![...CHARACTER_SETS, "any"].includes(characterSet))
    throw new DomainError("request-invalid", { where: "--character-set" });
  if (most !== undefined && !/^[1-9]\d{0,2}$/.test(most))
    throw new DomainError("request-invalid", { where: "--max-associations" });
  const file =
    certificate === undefined
      ? undefined
      : await readFile(certificate).catch(() => {
          throw new DomainError("request-invalid", { where: "--certificate" });
        });
  return {
    certificateSha256: file ? certificateSha256(file) : options["any-certificate"] === "true" ? null : undefined,
    tlsOnly: tlsOnly === undefined ? undefined : tlsOnly === "true",
    maxAssociations: most === undefined ? undefined : Number(most),
    characterSet: characterSet && (characterSet === "any" ? null : characterSet.replace(/^ISO 2022/, "\\ISO 2022")),
  };
}

async function echoApplicationEntity(
  db: Database,
  [title = ""]: readonly string[],
  _options: Options,
  { dicom }: Settings,
): Promise<number> {
  const destination = await findDestination(db, title);
  if (!destination) throw new DomainError("request-invalid", { where: "TITLE, --host, --port" });
  try {
    const caller = { aeTitle: dicom.aeTitle, tls: dicom.tls && readDicomTls(dicom.tls) };
    console.log(`${title} answers after ${Math.round(await echoPeer(caller, destination))} ms`);
    return 0;
  } catch (error) {
    if (!(error instanceof AssociationFailed)) throw error;
    console.log(`${title} does not answer: ${error.message}`);
    return 1;
  }
}

async function addForward(db: Database, [title]: readonly string[], options: Options): Promise<number> {
  const { site = "", modality = "*" } = options;
  if (!/^(\*|[A-Z]{2,8})$/.test(modality)) throw new DomainError("request-invalid", { where: "--modality" });
  await asHub(db, async (tx) => {
    const known = await tx.selectFrom("site").select("id").where("id", "=", site).executeTakeFirst();
    const destination = await tx
      .selectFrom("application_entity")
      .select("title")
      .where("title", "=", title ?? "")
      .where("host", "is not", null)
      .where("port", "is not", null)
      .executeTakeFirst();
    if (!known || !destination) throw new DomainError("request-invalid", { where: known ? "TITLE" : "--site" });
    await tx
      .insertInto("forward_rule")
      .values({ site_id: site, modality, destination: destination.title })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const detail = { siteId: site, modality, destination: destination.title };
    await writeAudit(tx, { actor: "hub", action: "forward-rule.save", outcome: "done", detail });
  });
  return 0;
}

async function addUser(db: Database, [username]: readonly string[], options: Options): Promise<number> {
  const password = newToken().slice(0, 16);
  const account = PAYLOADS.createAccount.body.safeParse({
    username,
    displayName: options.display ?? username,
    title: options.title ?? "",
    password,
    roles: [{ role: options.role, siteId: options.site ?? null }],
  });
  if (!account.success)
    throw new DomainError("request-invalid", {
      where: account.error.issues.map((issue) => issue.path.join(".")).join(", "),
    });
  const passwordHash = await hashPassword(password);
  await asHub(db, async (tx) => {
    await writeAccount(tx, null, { ...account.data, passwordHash, disabled: false });
    await writeAudit(tx, {
      actor: "hub",
      action: "account.create",
      outcome: "done",
      detail: { username: account.data.username },
    });
  });
  console.log(password);
  return 0;
}

async function createUserKey(db: Database, _words: readonly string[], options: Options): Promise<number> {
  if (!options.user || !options.name) throw new DomainError("request-invalid", { where: "--user, --name" });
  console.log(await createKey(db, options.user, options.name));
  return 0;
}

async function verify(db: Database, _words: readonly string[], _options: Options, settings: Settings): Promise<number> {
  const verdict = await verifyArchive(db, await openBlobStore(settings));
  console.log(
    `${verdict.whole} whole, ${verdict.damaged.length} damaged, ${verdict.missing.length} missing, ${verdict.orphans} without a row, ${verdict.spoilt} bundles to be rebuilt`,
  );
  for (const uid of verdict.damaged) console.log(`damaged ${uid}`);
  for (const uid of verdict.missing) console.log(`missing ${uid}`);
  return verdict.damaged.length + verdict.missing.length === 0 ? 0 : 1;
}

async function rebuildBundles(db: Database, [studyInstanceUid]: readonly string[]): Promise<number> {
  if (studyInstanceUid !== undefined && !isUid(studyInstanceUid))
    throw new DomainError("request-invalid", { where: "STUDY" });
  const studies = await forgetSeriesObjects(db, studyInstanceUid ?? null);
  console.log(`${studies.length} studies to be prepared`);
  return 0;
}

async function backup(db: Database, _words: readonly string[], { to }: Options, settings: Settings): Promise<number> {
  if (!to) throw new DomainError("request-invalid", { where: "--to" });
  const { rows, blobs } = await makeBackup(db, await openBlobStore(settings), resolve(to), Date.now());
  console.log(`${rows.study ?? 0} studies, ${blobs} originals, ${Object.values(rows).reduce((a, b) => a + b, 0)} rows`);
  return 0;
}

async function restore(
  db: Database,
  _words: readonly string[],
  { from }: Options,
  settings: Settings,
): Promise<number> {
  if (!from) throw new DomainError("request-invalid", { where: "--from" });
  const { rows, blobs, madeAt } = await restoreBackup(db, await openBlobStore(settings), resolve(from));
  console.log(`${rows.study ?? 0} studies, ${blobs} originals, as of ${madeAt}`);
  return 0;
}

async function verifyChain(db: Database): Promise<number> {
  const verdict = await verifyAudit(db);
  console.log(
    `${verdict.sealed} sealed, ${verdict.unsealed} not yet sealed, ${verdict.brokenAt ? `broken at ${verdict.brokenAt}` : "chain whole"}`,
  );
  return verdict.brokenAt ? 1 : 0;
}
