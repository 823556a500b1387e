# syntax=docker/dockerfile:1

FROM python:3.13-slim AS wheel
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="token-refresh-simulator" \
      org.opencontainers.image.description="A faithful simulator of the J-Quants v1 and UID2 token APIs" \
      org.opencontainers.image.licenses="MIT"
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-compile "$(ls /wheels/*.whl)[redis,tls]"

# A user without a name, a home or a shell: nothing here needs one.
USER 10001:10001
WORKDIR /tmp

# Every flag of `simulator serve` is a variable SIMULATOR_<FLAG>; these are what a container needs.
# Off loopback the control plane asks for a token: give SIMULATOR_CONTROL_TOKEN, or read the one it prints.
ENV SIMULATOR_HOST=0.0.0.0 \
    SIMULATOR_PORT=8080 \
    SIMULATOR_TLS_PORT=8443 \
    SIMULATOR_PORT_FILE=/tmp/simulator.json \
    PYTHONUNBUFFERED=1
EXPOSE 8080 8443

HEALTHCHECK --interval=2s --timeout=3s --start-period=10s --retries=3 CMD ["simulator", "healthcheck"]
ENTRYPOINT ["simulator"]
CMD ["serve"]
