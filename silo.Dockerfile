# One process of a cluster: customers, gateways, or both, as --role says.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/SegmentOfOne.Silo -c Release -o /app

# Chiseled: neither a shell nor a package manager, and a user that is not root.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
# Customers live outside of the collected heap, in a third of what the collector may use: 60 % for the one and 20 % for the other leave
# the rest of the container's memory to connections and code. A heap for each core, because a silo has its machine for itself.
ENV DOTNET_gcServer=1 \
    DOTNET_GCHeapHardLimitPercent=0x3C \
    DOTNET_TieredPGO=1 \
    DOTNET_CLI_TELEMETRY_OPTOUT=1
USER $APP_UID
# HTTP and gRPC on loopback; silos and gateways among each other.
EXPOSE 8080 8081 11111 30000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s \
    CMD ["dotnet", "SegmentOfOne.Silo.dll", "health"]
ENTRYPOINT ["dotnet", "SegmentOfOne.Silo.dll"]
