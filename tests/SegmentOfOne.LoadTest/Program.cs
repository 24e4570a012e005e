using SegmentOfOne.LoadTest;

return await LoadTestProgram.Run(args, Terminal.Open(), Console.Error);
