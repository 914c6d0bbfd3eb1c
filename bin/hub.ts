import { parseArgs } from "node:util";
import { ROLES } from "../core/access/policy.ts";
import { DomainError } from "../core/errors.ts";
import { readRunInfo } from "../core/infra/embedded/run-info.ts";
import { openDatabase } from "../core/infra/postgres/database.ts";
import { migrate } from "../core/infra/postgres/migrate.ts";
import { parseSettings } from "../core/infra/settings.ts";
import { errorTexts } from "../core/texts/error-texts.ts";
import { fillText } from "../core/texts/text-table.ts";
import { backup, rebuildBundles, reindex, restore, verify, verifyChain } from "./commands/archive-commands.ts";
import { addApplicationEntity, CHARACTER_SETS, echoApplicationEntity } from "./commands/device-commands.ts";
import { exportDeidentified } from "./commands/export-command.ts";
import { addForward, listForwards, removeForward } from "./commands/forward-commands.ts";
import type { Command } from "./commands/options.ts";
import { addUser, createUserKey } from "./commands/people-commands.ts";
import { addPriorRule, fetchPriorsOf, removePriorRule, showPriorRules } from "./commands/prior-commands.ts";
import { tierStatus } from "./commands/tier-commands.ts";

const USAGE = `usage: npm run --silent hub -- COMMAND
  ae add TITLE --site S [--host H --port P]      register a device's AE title at a site
      [--certificate FILE | --any-certificate]   over TLS only with this certificate, or with any of the CA in its name
      [--tls-only | --no-tls-only]               refuse it on the plain port, or do not
      [--max-associations N]                     at the same time; without it the usual limit
      [--max-outgoing N]                         calls of the hub to it at the same time; 2 unless said
      [--character-set CS]                       of its worklist: ${CHARACTER_SETS.join(", ")}, or any: as it asks
      [--announce | --no-announce]               tell it when a study of its site is complete (IAN)
  ae echo TITLE                                  call a registered device, and say whether it answers, or why not
  forward add TITLE --site S [--modality M]      send the site's complete studies on to that AE title
      [--from TITLE]                             only those that this device sent
  forward remove TITLE --site S [--modality M] [--from TITLE]
  forward list                                   the rules
  priors add --site S --from TITLE               fetch a patient's earlier studies from that PACS of the site, once a reading is asked for
      [--modality M] [--years N] [--limit N]     for readings of M, studies with M; so far back; at most so many (10)
      [--issuer TEXT]                            what the PACS calls the issuer of the site's patient IDs
  priors remove --site S --from TITLE [--modality M]
  priors list                                    the rules
  priors fetch STUDY                             fetch them for one study now
  user add NAME --display TEXT --role R [--site S] [--title TEXT]
                                                 add a person (roles: ${ROLES.join(", ")}); prints the first password, alone
  key create --user U --name N                   make a key for a machine; prints it, alone
  backup --to FOLDER                             write every row and original there, beside a running hub; again: what is new
  restore --from FOLDER                          put a backup into an empty archive
  export STUDY... --to FOLDER --purpose TEXT     write de-identified files of these studies into an empty folder
      [--prefix P]                               the project: patients are called P-0001 and so on, the same in each (EXP)
      [--patient-characteristics]                keep sex, age, size and weight
      [--safe-private]                           keep private attributes that are known to be safe
  bundle rebuild [STUDY]                         make the reading bundles again, of one study or of all
  reindex [--site S]                             make the rows of originals that have none from the objects alone;
                                                 S for old ones that do not say their site
  tier status                                    how much lies in the first store, and how much in the cold one
  verify                                         read every object again and compare it with its hash
  audit verify                                   walk the audit's hash chain
  migrate                                        bring the database to this version`;

/** The administrator's command. Works beside a running hub, on the database it runs on. */
const COMMANDS: Readonly<Record<string, Command>> = {
  "ae add": addApplicationEntity,
  "ae echo": echoApplicationEntity,
  "forward add": addForward,
  "forward remove": removeForward,
  "forward list": listForwards,
  "priors add": addPriorRule,
  "priors remove": removePriorRule,
  "priors list": showPriorRules,
  "priors fetch": fetchPriorsOf,
  "user add": addUser,
  "key create": createUserKey,
  backup: backup,
  restore: restore,
  export: exportDeidentified,
  "bundle rebuild": rebuildBundles,
  reindex: reindex,
  "tier status": tierStatus,
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
  const { db, pool, close } = openDatabase(url, { max: 4 });
  try {
    return await command(db, parsed.positionals.slice(found.split(" ").length), parsed.values, settings, pool);
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
        announce: flag,
        "max-associations": text,
        "max-outgoing": text,
        issuer: text,
        years: text,
        limit: text,
        "character-set": text,
        modality: text,
        to: text,
        from: text,
        purpose: text,
        prefix: text,
        "patient-characteristics": flag,
        "safe-private": flag,
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
