return await SegmentOfOne.Gateway.Commands.CommandLine.Invoke(args);
