return await SegmentOfOne.Silo.Commands.SiloCommandLine.Invoke(args);
