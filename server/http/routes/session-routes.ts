import type { Actor } from "../../../core/access/actor.ts";
import type { Session } from "../../../core/api/payloads/session-payloads.ts";
import { asHub } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { closeSession, openSession, SESSION_HOURS } from "../../../core/infra/sign-in/accounts.ts";
import type { Handlers } from "../api-router.ts";
import { cookieOf, SESSION_COOKIE } from "../authenticate.ts";

export function sessionRoutes(db: Database): Pick<Handlers, "signIn" | "getSession" | "signOut"> {
  return {
    signIn: async ({ body, request, response }) => {
      const { token, actor } = await openSession(db, body.username, body.password);
      response.cookie(SESSION_COOKIE, token, {
        httpOnly: true,
        sameSite: "strict",
        secure: request.secure,
        path: "/",
        maxAge: SESSION_HOURS * 3_600_000,
      });
      return sessionOf(db, actor);
    },
    getSession: ({ actor }) => sessionOf(db, actor),
    signOut: async ({ request, response }) => {
      const token = cookieOf(request, SESSION_COOKIE);
      if (token) await closeSession(db, token);
      response.clearCookie(SESSION_COOKIE, { path: "/" });
      return null;
    },
  };
}

async function sessionOf(db: Database, actor: Actor): Promise<Session> {
  return asHub(db, async (tx) => {
    const account = await tx
      .selectFrom("account")
      .select(["title"])
      .where("id", "=", actor.accountId)
      .executeTakeFirst();
    const sites = new Map(
      (await tx.selectFrom("site").select(["id", "name", "name_en"]).execute()).map((site) => [site.id, site]),
    );
    return {
      account: {
        id: actor.accountId,
        username: actor.username,
        displayName: actor.displayName,
        title: account?.title ?? "",
      },
      roles: actor.grants.map((grant) => {
        const site = grant.siteId ? sites.get(grant.siteId) : undefined;
        return { role: grant.role, site: site ? { id: site.id, name: site.name, nameEn: site.name_en } : null };
      }),
    };
  });
}
