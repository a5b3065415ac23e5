"""Shell lines of the guides that are not typed here, or do not end with 0: each with its reason."""

FILES = "tests/e2e/test_login_files.py does what deploy/ebs-logins.service says"
ELSEWHERE = {"docs/diagnose.md": "tests/e2e/test_diagnose.py types every line of it"}
NOT_HERE = {
    "sudo usermod -aG dialout $USER": "changes the accounts of this machine",
    "sudo ufw allow 53721/tcp": "changes the firewall of this machine",
    "sudo firewall-cmd --add-port=53721/tcp": "changes the firewall of this machine",
    "sudo systemctl reload mosquitto": "needs a mosquitto that systemd runs",
    "sudo cp data/certs/ca.crt /usr/local/share/ca-certificates/ebs.crt": "changes whom this machine believes",
    "sudo update-ca-certificates": "changes whom this machine believes",
    (
        "sudo install -D -o mosquitto -g mosquitto -m 0600 -t /etc/mosquitto/certs data/certs/broker.crt "
        "data/certs/broker.key data/certs/pages.crt data/certs/pages.key"
    ): "changes files of this machine's mosquitto; tests/mosquitto and tests/collector/broker show the certificates",
    **dict.fromkeys(
        (
            "sudo groupadd --system ebs-share",
            "sudo useradd --system ebs",
            "sudo useradd --system ebs-web",
            "sudo install -d -o ebs -g ebs -m 0700 /var/lib/ebs",
            "sudo install -d -o ebs-web -g ebs-web -m 0700 /var/lib/ebs-web",
            "sudo install -o ebs -g ebs -m 0600 collector.json /var/lib/ebs/credentials.json",
            "sudo install -o ebs-web -g ebs-web -m 0600 web.json /var/lib/ebs-web/credentials.json",
            "sudo cp deploy/ebs.target deploy/ebs-collector.service deploy/ebs-web.service /etc/systemd/system/",
            "sudo systemctl daemon-reload",
            "sudo systemctl enable --now ebs.target",
        ),
        "changes the accounts and services of this machine; tests/e2e/two_users.py makes the same folders",
    ),
    "sudo apt-get install caddy": "installs a program; tests/deploy runs the Caddyfile",
    "sudo cp deploy/Caddyfile /etc/caddy/Caddyfile": "changes files of this machine; tests/deploy runs the Caddyfile",
    (
        "sudo install -D -o caddy -g caddy -m 0600 -t /etc/caddy/certs data/certs/pages.crt data/certs/pages.key"
    ): "needs the user of Debian's caddy; tests/deploy runs the Caddyfile",
    "sudo systemctl restart caddy": "needs a caddy that systemd runs; tests/deploy runs the Caddyfile",
    "sudo install -d -o ebs -g mosquitto -m 2750 /var/lib/ebs-logins": f"needs the users of a venue; {FILES}",
    (
        "sudo install -o ebs -g mosquitto -m 0640 -T /etc/mosquitto/ebs.passwords /var/lib/ebs-logins/passwords"
    ): f"needs the users of a venue; {FILES}",
    (
        "sudo install -o ebs -g mosquitto -m 0640 -T /etc/mosquitto/ebs.acl /var/lib/ebs-logins/acl"
    ): f"needs the users of a venue; {FILES}",
    "sudo cp deploy/ebs-logins.path deploy/ebs-logins.service /etc/systemd/system/": f"needs systemd; {FILES}",
    **dict.fromkeys(
        ("sudo install -d -m 0700 /etc/ebs", "sudo sh -c 'umask 277 && openssl rand -hex 32 > /etc/ebs/house-key'"),
        "changes files of this machine; tests/e2e/test_house_key.py makes such a key, and hands it over",
    ),
    "sudo systemctl daemon-reload": "needs systemd",
    "sudo systemctl enable --now ebs-logins.path": f"needs systemd; {FILES}",
    "sudo systemctl restart mosquitto": "needs a mosquitto that systemd runs",
    "sudo systemctl restart ebs.target": "needs systemd",
    (
        "sudo flock /var/lib/ebs-logins mosquitto_passwd -b /var/lib/ebs-logins/passwords NAME PASSWORD"
    ): "needs the folder of a venue; tests/collector/broker/test_login_files.py types it with another",
    "make check": "takes minutes; it stands beside these tests in .ci/run",
    "make test": "runs this very test",
    ".ci/run": "runs this very test",
    "make soak": "takes hours",
    "make mutants": "takes hours",
    ".venv/bin/ebs bench access": "takes minutes of a machine that does nothing else",
    ".venv/bin/ebs bench equity": "takes minutes of a machine that does nothing else",
    ".venv/bin/ebs bench latency": "takes minutes of a machine that does nothing else",
    ".venv/bin/ebs bench engine": "takes minutes of a machine that does nothing else",
    ".venv/bin/ebs bench session": "takes minutes of a machine that does nothing else",
    ".venv/bin/ebs bench edge": "takes minutes of a machine that does nothing else",
}
"""Lines that no test can type, each with its reason."""
STATUS = {
    ".venv/bin/ebs doctor --device node-1": 1,  # it is shown with a fault that it finds
    "make run": 130,  # make's own status after Ctrl-C
    'make run ARGS="--speed 20"': 130,
}
"""Commands that rightly end with another status than 0."""
