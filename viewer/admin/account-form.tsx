import { Button, Form, Input, Select, Space } from "antd";
import { ROLES, type Role } from "../../core/access/policy.ts";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { Icon } from "../shell/icon.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { newPassword } from "./new-password.ts";
import { useDistrictChange } from "./use-district-change.ts";

interface AccountFormProps {
  /** Null: a new one. */
  readonly account: Answer<"listAccounts">["accounts"][number] | null;
  readonly sites: Answer<"listSites">["sites"];
  readonly onClose: () => void;
}

interface AccountValues {
  readonly username: string;
  readonly displayName: string;
  readonly title?: string;
  readonly password?: string;
  readonly roles: readonly { readonly role: Role; readonly siteId?: string | null }[];
}

export function AccountForm({ account, sites, onClose }: AccountFormProps) {
  const { text, language } = useText();
  const [form] = Form.useForm<AccountValues>();
  const save = useDistrictChange(async ({ username, displayName, title = "", password, roles }: AccountValues) => {
    // an administrator's role is the whole district's, every other one belongs to a site
    const grants = roles.map(({ role, siteId }) => ({
      role,
      siteId: role === "administrator" ? null : (siteId ?? null),
    }));
    if (account === null)
      await callApi("createAccount", {
        body: { username, displayName, title, password: password ?? "", roles: grants },
      });
    else
      await callApi("changeAccount", {
        params: { accountId: account.id },
        body: {
          displayName,
          title,
          disabled: account.disabled,
          roles: grants,
          ...(password ? { password } : {}),
        },
      });
  }, onClose);
  const required = { required: true, message: text("admin.required") };
  return (
    <FormDialog<AccountValues>
      title={account === null ? text("admin.account.add") : text("admin.account.edit", { name: account.username })}
      form={form}
      initialValues={account === null ? { roles: [{ role: "technician" }] } : { ...account }}
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      {account === null && (
        <Form.Item
          name="username"
          label={text("admin.account.username")}
          extra={text("admin.account.username.hint")}
          rules={[required, { pattern: /^[a-z0-9._-]{1,64}$/, message: text("admin.account.username.hint") }]}
        >
          <Input autoComplete="off" maxLength={64} />
        </Form.Item>
      )}
      <Form.Item name="displayName" label={text("admin.account.name")} rules={[{ ...required, whitespace: true }]}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="title" label={text("admin.account.title")}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item
        label={text(account === null ? "admin.account.password" : "admin.account.password.new")}
        extra={text("admin.account.password.hint")}
      >
        <Space.Compact block>
          <Form.Item
            name="password"
            noStyle
            rules={[...(account === null ? [required] : []), { min: 10, message: text("admin.account.password.hint") }]}
          >
            <Input autoComplete="new-password" maxLength={200} aria-label={text("admin.account.password")} />
          </Form.Item>
          <Button
            onClick={() =>
              form.setFieldValue(
                "password",
                newPassword((bytes) => void crypto.getRandomValues(bytes)),
              )
            }
          >
            {text("admin.account.generate")}
          </Button>
        </Space.Compact>
      </Form.Item>
      <Form.Item label={text("admin.account.roles")}>
        <Form.List
          name="roles"
          rules={[
            {
              validator: async (_, roles: readonly unknown[] | undefined) => {
                if (account === null && (roles ?? []).length === 0) throw new Error(text("admin.account.role.least"));
              },
            },
          ]}
        >
          {(fields, { add, remove }, { errors }) => (
            <>
              {fields.map((field) => (
                <div key={field.key} className="admin-role">
                  <Form.Item name={[field.name, "role"]} rules={[required]}>
                    <Select
                      aria-label={text("admin.account.role")}
                      options={ROLES.map((role) => ({ value: role, label: text(`admin.role.${role}`) }))}
                    />
                  </Form.Item>
                  <Form.Item noStyle dependencies={[["roles", field.name, "role"]]}>
                    {({ getFieldValue }) =>
                      getFieldValue(["roles", field.name, "role"]) === "administrator" ? (
                        <span className="admin-dim">{text("admin.account.district")}</span>
                      ) : (
                        <Form.Item name={[field.name, "siteId"]} rules={[required]}>
                          <Select
                            placeholder={text("admin.site")}
                            aria-label={text("admin.site")}
                            options={sites.map((site) => ({ value: site.id, label: siteName(site, language) }))}
                          />
                        </Form.Item>
                      )
                    }
                  </Form.Item>
                  <Button
                    type="text"
                    aria-label={text("admin.account.role.remove")}
                    title={text("admin.account.role.remove")}
                    icon={<Icon name="close" />}
                    onClick={() => remove(field.name)}
                  />
                </div>
              ))}
              <Button type="dashed" block onClick={() => add({ role: "technician" })}>
                {text("admin.account.role.add")}
              </Button>
              <Form.ErrorList errors={errors} />
            </>
          )}
        </Form.List>
      </Form.Item>
    </FormDialog>
  );
}
