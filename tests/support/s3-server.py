"""A real S3 server on loopback: OpenStack Swift with its s3api layer, the four servers in one process, one disk, one replica.

s3-server.py ACCESS_KEY SECRET_KEY REGION

Prints its port when it serves. Takes `quota BUCKET BYTES` on stdin, answers `done` or what went wrong, and ends when stdin does: so it
cannot outlive the test run, nor can its store, a throw-away folder.
"""
import os
import secrets
import shutil
import signal
import sys
import tempfile

from swift.common import utils


def folder_with_attributes():
    """Swift keeps an object's metadata in user xattrs, which not every file system has (tmpfs: from Linux 6.6)."""
    for base in (tempfile.gettempdir(), '/var/tmp', '/dev/shm'):
        try:
            folder = tempfile.mkdtemp(prefix='hub-test-s3-', dir=base)
        except OSError:
            continue
        try:
            os.setxattr(folder, 'user.swift', b'x' * 2000)
            return folder
        except OSError:
            shutil.rmtree(folder)
    sys.exit('no file system with user xattrs for the store: set TMPDIR')


ACCESS_KEY, SECRET_KEY, REGION = sys.argv[1:4]
ACCOUNT = 'AUTH_s3'
FOLDER = folder_with_attributes()

# both are read from /etc/swift when the modules below are imported
utils.SWIFT_CONF_FILE = FOLDER + '/swift.conf'
with open(utils.SWIFT_CONF_FILE, 'w') as file:
    file.write('[swift-hash]\nswift_hash_path_suffix = %s\n[swift-constraints]\nmax_meta_value_length = 2048\n'
               % secrets.token_hex(8))
utils.eventlet_monkey_patch()

import eventlet  # noqa: E402
from eventlet import wsgi  # noqa: E402
from swift.common.http_protocol import SwiftHttpProtocol  # noqa: E402
from swift.common.middleware.s3api.s3api import S3ApiMiddleware  # noqa: E402
from swift.common.middleware.s3api.s3response import AccessDenied  # noqa: E402
from swift.common.middleware.tempauth import TempAuth  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.swob import Request  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

COMMON = '''[DEFAULT]
swift_dir = {folder}
devices = {folder}/node
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_level = CRITICAL
log_address = {folder}/no-syslog
node_timeout = 30
conn_timeout = 5
'''

STORAGE = COMMON + '''[pipeline:main]
pipeline = server
[app:server]
use = egg:swift#{name}
log_requests = false
'''

PROXY = COMMON + '''[pipeline:main]
pipeline = {pipeline} proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = {region}
s3_acl = false
max_upload_part_num = 10000
max_bucket_listing = 20
[filter:tempauth]
use = egg:swift#tempauth
[filter:container_quotas]
use = egg:swift#container_quotas
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
max_manifest_size = 8388608
'''


def groups_of_the_one_key(self, env, token):
    """tempauth's own configuration asks for ACCOUNT:USER names, and for memcached; here one key is known and nothing cached."""
    details = env.get('s3api.auth_details')
    if not details or details['access_key'] != ACCESS_KEY or not details['check_signature'](SECRET_KEY):
        return None
    path = env['PATH_INFO'].split('/', 3)
    if path[2] == ACCESS_KEY:
        path[2] = ACCOUNT
        env['PATH_INFO'] = '/'.join(path)
    return 's3,%s,%s' % (ACCESS_KEY, ACCOUNT)


def only_signed(self, env, start_response, answer=S3ApiMiddleware.__call__):
    """A request that is not signed would fall through to Swift's own API; S3 answers 403."""
    if not env.get('HTTP_AUTHORIZATION', '').startswith('AWS') and 'X-Amz-Credential=' not in env.get('QUERY_STRING', ''):
        return AccessDenied()(env, start_response)
    return answer(self, env, start_response)


TempAuth.get_groups = groups_of_the_one_key
S3ApiMiddleware.__call__ = only_signed


def make_ring(name, port):
    builder = RingBuilder(4, 1, 1)
    builder.add_dev(dict(id=0, region=1, zone=1, weight=1, device='d1', meta='', ip='127.0.0.1', port=port,
                         replication_ip='127.0.0.1', replication_port=port))
    builder.rebalance(seed=1)
    builder.get_ring().save('%s/%s.ring.gz' % (FOLDER, name))


def load(name, template, **values):
    file_name = '%s/%s.conf' % (FOLDER, name)
    with open(file_name, 'w') as conf:
        conf.write(template.format(folder=FOLDER, name=name, region=REGION, **values))
    return loadapp(file_name, global_conf={'log_name': name})


def serve(sock, app):
    # s3api needs the header ETag: capitalized it would be Etag
    eventlet.spawn_n(wsgi.server, sock, app, utils.NullLogger(), protocol=SwiftHttpProtocol,
                     capitalize_response_headers=False)


def set_quota(inner, bucket, size):
    request = Request.blank('/v1/%s/%s' % (ACCOUNT, bucket), method='POST',
                            headers={'X-Container-Meta-Quota-Bytes': size})
    status = request.get_response(inner).status
    return 'done' if status.startswith('204') else status


def main():
    os.makedirs(FOLDER + '/node/d1')
    sockets = {name: eventlet.listen(('127.0.0.1', 0)) for name in ('account', 'container', 'object', 'proxy')}
    for name in ('account', 'container', 'object'):
        make_ring(name, sockets[name].getsockname()[1])
    for name in ('account', 'container', 'object'):
        serve(sockets[name], load(name, STORAGE))
    pipeline = 'catch_errors gatekeeper listing_formats s3api tempauth container_quotas copy slo'
    serve(sockets['proxy'], load('proxy', PROXY, pipeline=pipeline))
    inner = load('inner', PROXY, pipeline='catch_errors')
    print(sockets['proxy'].getsockname()[1], flush=True)
    while True:
        line = eventlet.tpool.execute(sys.stdin.readline)
        if line == '':
            return
        _, bucket, size = line.split()
        print(set_quota(inner, bucket, size), flush=True)


for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda *_: sys.exit(0))
try:
    main()
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
    sys.stdout.flush()
    os._exit(0)
