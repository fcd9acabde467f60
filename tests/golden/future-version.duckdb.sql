-- facts
SELECT
  "t0"."order_id",
  CASE
    WHEN COALESCE(
      (
        CAST("t0"."day" AS BIGINT) + 180
      ) < CASE
        WHEN "t0"."ua_family" IN (
          'Chrome',
          'Chrome Mobile',
          'Chrome Mobile WebView',
          'Chrome Mobile iOS',
          'Chromium'
        )
        THEN CASE
          WHEN "t0"."ua_major" > 157
          THEN CAST(NULL AS BIGINT)
          WHEN "t0"."ua_major" >= 157
          THEN 20760
          WHEN "t0"."ua_major" >= 156
          THEN 20746
          WHEN "t0"."ua_major" >= 155
          THEN 20732
          WHEN "t0"."ua_major" >= 154
          THEN 20718
          WHEN "t0"."ua_major" >= 153
          THEN 20704
          WHEN "t0"."ua_major" >= 152
          THEN 20690
          WHEN "t0"."ua_major" >= 151
          THEN 20662
          WHEN "t0"."ua_major" >= 150
          THEN 20634
          WHEN "t0"."ua_major" >= 149
          THEN 20606
          WHEN "t0"."ua_major" >= 148
          THEN 20578
          WHEN "t0"."ua_major" >= 147
          THEN 20550
          WHEN "t0"."ua_major" >= 146
          THEN 20522
          WHEN "t0"."ua_major" >= 145
          THEN 20494
          WHEN "t0"."ua_major" >= 144
          THEN 20466
          WHEN "t0"."ua_major" >= 143
          THEN 20424
          WHEN "t0"."ua_major" >= 142
          THEN 20389
          WHEN "t0"."ua_major" >= 141
          THEN 20361
          WHEN "t0"."ua_major" >= 140
          THEN 20333
          WHEN "t0"."ua_major" >= 139
          THEN 20305
          WHEN "t0"."ua_major" >= 138
          THEN 20263
          WHEN "t0"."ua_major" >= 137
          THEN 20235
          WHEN "t0"."ua_major" >= 136
          THEN 20207
          WHEN "t0"."ua_major" >= 135
          THEN 20179
          WHEN "t0"."ua_major" >= 134
          THEN 20151
          WHEN "t0"."ua_major" >= 133
          THEN 20123
          WHEN "t0"."ua_major" >= 132
          THEN 20102
          WHEN "t0"."ua_major" >= 131
          THEN 20039
          WHEN "t0"."ua_major" >= 130
          THEN 20011
          WHEN "t0"."ua_major" >= 129
          THEN 19983
          WHEN "t0"."ua_major" >= 128
          THEN 19955
          WHEN "t0"."ua_major" >= 127
          THEN 19927
          WHEN "t0"."ua_major" >= 126
          THEN 19885
          WHEN "t0"."ua_major" >= 125
          THEN 19857
          WHEN "t0"."ua_major" >= 124
          THEN 19829
          WHEN "t0"."ua_major" >= 123
          THEN 19801
          WHEN "t0"."ua_major" >= 122
          THEN 19773
          WHEN "t0"."ua_major" >= 121
          THEN 19745
          WHEN "t0"."ua_major" >= 120
          THEN 19696
          WHEN "t0"."ua_major" >= 119
          THEN 19661
          WHEN "t0"."ua_major" >= 118
          THEN 19640
          WHEN "t0"."ua_major" >= 117
          THEN 19612
          WHEN "t0"."ua_major" >= 116
          THEN 19584
          WHEN "t0"."ua_major" >= 115
          THEN 19556
          WHEN "t0"."ua_major" >= 114
          THEN 19507
          WHEN "t0"."ua_major" >= 113
          THEN 19479
          WHEN "t0"."ua_major" >= 112
          THEN 19451
          WHEN "t0"."ua_major" >= 111
          THEN 19423
          WHEN "t0"."ua_major" >= 110
          THEN 19395
          WHEN "t0"."ua_major" >= 109
          THEN 19367
          WHEN "t0"."ua_major" >= 108
          THEN 19325
          WHEN "t0"."ua_major" >= 107
          THEN 19290
          WHEN "t0"."ua_major" >= 106
          THEN 19262
          WHEN "t0"."ua_major" >= 105
          THEN 19237
          WHEN "t0"."ua_major" >= 104
          THEN 19206
          WHEN "t0"."ua_major" >= 103
          THEN 19164
          WHEN "t0"."ua_major" >= 102
          THEN 19136
          WHEN "t0"."ua_major" >= 101
          THEN 19108
          WHEN "t0"."ua_major" >= 100
          THEN 19080
          WHEN "t0"."ua_major" >= 99
          THEN 19052
          WHEN "t0"."ua_major" >= 98
          THEN 19024
          WHEN "t0"."ua_major" >= 97
          THEN 18996
          WHEN "t0"."ua_major" >= 96
          THEN 18946
          WHEN "t0"."ua_major" >= 95
          THEN 18919
          WHEN "t0"."ua_major" >= 94
          THEN 18891
          WHEN "t0"."ua_major" >= 93
          THEN 18870
          WHEN "t0"."ua_major" >= 92
          THEN 18828
          WHEN "t0"."ua_major" >= 91
          THEN 18772
          WHEN "t0"."ua_major" >= 90
          THEN 18730
          WHEN "t0"."ua_major" >= 89
          THEN 18688
          WHEN "t0"."ua_major" >= 88
          THEN 18646
          WHEN "t0"."ua_major" >= 87
          THEN 18583
          WHEN "t0"."ua_major" >= 86
          THEN 18555
          WHEN "t0"."ua_major" >= 85
          THEN 18499
          WHEN "t0"."ua_major" >= 84
          THEN 18470
          WHEN "t0"."ua_major" >= 83
          THEN 18401
          WHEN "t0"."ua_major" >= 81
          THEN 18359
          WHEN "t0"."ua_major" >= 80
          THEN 18296
          WHEN "t0"."ua_major" >= 79
          THEN 18240
          WHEN "t0"."ua_major" >= 78
          THEN 18191
          WHEN "t0"."ua_major" >= 77
          THEN 18149
          WHEN "t0"."ua_major" >= 76
          THEN 18107
          WHEN "t0"."ua_major" >= 75
          THEN 18051
          WHEN "t0"."ua_major" >= 74
          THEN 18009
          WHEN "t0"."ua_major" >= 73
          THEN 17967
          WHEN "t0"."ua_major" >= 72
          THEN 17925
          WHEN "t0"."ua_major" >= 71
          THEN 17869
          WHEN "t0"."ua_major" >= 70
          THEN 17820
          WHEN "t0"."ua_major" >= 69
          THEN 17778
          WHEN "t0"."ua_major" >= 68
          THEN 17736
          WHEN "t0"."ua_major" >= 67
          THEN 17680
          WHEN "t0"."ua_major" >= 66
          THEN 17638
          WHEN "t0"."ua_major" >= 65
          THEN 17596
          WHEN "t0"."ua_major" >= 64
          THEN 17554
          WHEN "t0"."ua_major" >= 63
          THEN 17506
          WHEN "t0"."ua_major" >= 62
          THEN 17456
          WHEN "t0"."ua_major" >= 61
          THEN 17414
          WHEN "t0"."ua_major" >= 60
          THEN 17372
          WHEN "t0"."ua_major" >= 59
          THEN 17322
          WHEN "t0"."ua_major" >= 58
          THEN 17275
          WHEN "t0"."ua_major" >= 57
          THEN 17234
          WHEN "t0"."ua_major" >= 56
          THEN 17191
          WHEN "t0"."ua_major" >= 55
          THEN 17136
          WHEN "t0"."ua_major" >= 54
          THEN 17086
          WHEN "t0"."ua_major" >= 53
          THEN 17044
          WHEN "t0"."ua_major" >= 52
          THEN 17002
          WHEN "t0"."ua_major" >= 51
          THEN 16946
          WHEN "t0"."ua_major" >= 50
          THEN 16904
          WHEN "t0"."ua_major" >= 49
          THEN 16862
          WHEN "t0"."ua_major" >= 48
          THEN 16820
          WHEN "t0"."ua_major" >= 47
          THEN 16770
          WHEN "t0"."ua_major" >= 46
          THEN 16721
          WHEN "t0"."ua_major" >= 45
          THEN 16679
          WHEN "t0"."ua_major" >= 44
          THEN 16637
          WHEN "t0"."ua_major" >= 43
          THEN 16574
          WHEN "t0"."ua_major" >= 42
          THEN 16539
          WHEN "t0"."ua_major" >= 41
          THEN 16497
          WHEN "t0"."ua_major" >= 40
          THEN 16456
          WHEN "t0"."ua_major" >= 39
          THEN 16392
          WHEN "t0"."ua_major" >= 38
          THEN 16350
          WHEN "t0"."ua_major" >= 37
          THEN 16308
          WHEN "t0"."ua_major" >= 36
          THEN 16267
          WHEN "t0"."ua_major" >= 35
          THEN 16210
          WHEN "t0"."ua_major" >= 34
          THEN 16168
          WHEN "t0"."ua_major" >= 33
          THEN 16121
          WHEN "t0"."ua_major" >= 32
          THEN 16084
          WHEN "t0"."ua_major" >= 31
          THEN 16021
          WHEN "t0"."ua_major" >= 30
          THEN 15979
          WHEN "t0"."ua_major" >= 29
          THEN 15937
          WHEN "t0"."ua_major" >= 28
          THEN 15895
          WHEN "t0"."ua_major" >= 27
          THEN 15846
          WHEN "t0"."ua_major" >= 26
          THEN 15790
          WHEN "t0"."ua_major" >= 25
          THEN 15757
          WHEN "t0"."ua_major" >= 24
          THEN 15715
          WHEN "t0"."ua_major" >= 23
          THEN 15650
          WHEN "t0"."ua_major" >= 22
          THEN 15608
          WHEN "t0"."ua_major" >= 21
          THEN 15552
          WHEN "t0"."ua_major" >= 20
          THEN 15517
          WHEN "t0"."ua_major" >= 19
          THEN 15475
          WHEN "t0"."ua_major" >= 18
          THEN 15427
          WHEN "t0"."ua_major" >= 17
          THEN 15378
          WHEN "t0"."ua_major" >= 16
          THEN 15321
          WHEN "t0"."ua_major" >= 15
          THEN 15272
          WHEN "t0"."ua_major" >= 14
          THEN 15233
          WHEN "t0"."ua_major" >= 13
          THEN 15188
          WHEN "t0"."ua_major" >= 12
          THEN 15132
          WHEN "t0"."ua_major" >= 11
          THEN 15091
          WHEN "t0"."ua_major" >= 10
          THEN 15041
          WHEN "t0"."ua_major" >= 9
          THEN 15008
          WHEN "t0"."ua_major" >= 8
          THEN 14945
          WHEN "t0"."ua_major" >= 7
          THEN 14901
          WHEN "t0"."ua_major" >= 6
          THEN 14854
          WHEN "t0"."ua_major" >= 5
          THEN 14754
          ELSE NULL
        END
        WHEN "t0"."ua_family" IN ('Edge', 'Edge Mobile')
        THEN CASE
          WHEN "t0"."ua_major" > 157
          THEN CAST(NULL AS BIGINT)
          WHEN "t0"."ua_major" >= 157
          THEN 20762
          WHEN "t0"."ua_major" >= 156
          THEN 20748
          WHEN "t0"."ua_major" >= 155
          THEN 20734
          WHEN "t0"."ua_major" >= 154
          THEN 20720
          WHEN "t0"."ua_major" >= 153
          THEN 20707
          WHEN "t0"."ua_major" >= 152
          THEN 20693
          WHEN "t0"."ua_major" >= 151
          THEN 20665
          WHEN "t0"."ua_major" >= 150
          THEN 20636
          WHEN "t0"."ua_major" >= 149
          THEN 20608
          WHEN "t0"."ua_major" >= 148
          THEN 20580
          WHEN "t0"."ua_major" >= 147
          THEN 20553
          WHEN "t0"."ua_major" >= 146
          THEN 20525
          WHEN "t0"."ua_major" >= 145
          THEN 20498
          WHEN "t0"."ua_major" >= 144
          THEN 20474
          WHEN "t0"."ua_major" >= 143
          THEN 20427
          WHEN "t0"."ua_major" >= 142
          THEN 20392
          WHEN "t0"."ua_major" >= 141
          THEN 20364
          WHEN "t0"."ua_major" >= 140
          THEN 20336
          WHEN "t0"."ua_major" >= 139
          THEN 20307
          WHEN "t0"."ua_major" >= 138
          THEN 20265
          WHEN "t0"."ua_major" >= 137
          THEN 20237
          WHEN "t0"."ua_major" >= 136
          THEN 20209
          WHEN "t0"."ua_major" >= 135
          THEN 20182
          WHEN "t0"."ua_major" >= 134
          THEN 20153
          WHEN "t0"."ua_major" >= 133
          THEN 20125
          WHEN "t0"."ua_major" >= 132
          THEN 20105
          WHEN "t0"."ua_major" >= 131
          THEN 20041
          WHEN "t0"."ua_major" >= 130
          THEN 20013
          WHEN "t0"."ua_major" >= 129
          THEN 19985
          WHEN "t0"."ua_major" >= 128
          THEN 19957
          WHEN "t0"."ua_major" >= 127
          THEN 19929
          WHEN "t0"."ua_major" >= 126
          THEN 19887
          WHEN "t0"."ua_major" >= 125
          THEN 19860
          WHEN "t0"."ua_major" >= 124
          THEN 19831
          WHEN "t0"."ua_major" >= 123
          THEN 19804
          WHEN "t0"."ua_major" >= 122
          THEN 19776
          WHEN "t0"."ua_major" >= 121
          THEN 19747
          WHEN "t0"."ua_major" >= 120
          THEN 19698
          WHEN "t0"."ua_major" >= 119
          THEN 19663
          WHEN "t0"."ua_major" >= 118
          THEN 19643
          WHEN "t0"."ua_major" >= 117
          THEN 19615
          WHEN "t0"."ua_major" >= 116
          THEN 19590
          WHEN "t0"."ua_major" >= 115
          THEN 19559
          WHEN "t0"."ua_major" >= 114
          THEN 19510
          WHEN "t0"."ua_major" >= 113
          THEN 19482
          WHEN "t0"."ua_major" >= 112
          THEN 19453
          WHEN "t0"."ua_major" >= 111
          THEN 19429
          WHEN "t0"."ua_major" >= 110
          THEN 19397
          WHEN "t0"."ua_major" >= 109
          THEN 19369
          WHEN "t0"."ua_major" >= 108
          THEN 19331
          WHEN "t0"."ua_major" >= 107
          THEN 19292
          WHEN "t0"."ua_major" >= 106
          THEN 19268
          WHEN "t0"."ua_major" >= 105
          THEN 19236
          WHEN "t0"."ua_major" >= 104
          THEN 19209
          WHEN "t0"."ua_major" >= 103
          THEN 19166
          WHEN "t0"."ua_major" >= 102
          THEN 19143
          WHEN "t0"."ua_major" >= 101
          THEN 19110
          WHEN "t0"."ua_major" >= 100
          THEN 19083
          WHEN "t0"."ua_major" >= 99
          THEN 19054
          WHEN "t0"."ua_major" >= 98
          THEN 19026
          WHEN "t0"."ua_major" >= 97
          THEN 18998
          WHEN "t0"."ua_major" >= 96
          THEN 18950
          WHEN "t0"."ua_major" >= 95
          THEN 18921
          WHEN "t0"."ua_major" >= 94
          THEN 18894
          WHEN "t0"."ua_major" >= 93
          THEN 18872
          WHEN "t0"."ua_major" >= 92
          THEN 18830
          WHEN "t0"."ua_major" >= 91
          THEN 18774
          WHEN "t0"."ua_major" >= 90
          THEN 18732
          WHEN "t0"."ua_major" >= 89
          THEN 18690
          WHEN "t0"."ua_major" >= 88
          THEN 18648
          WHEN "t0"."ua_major" >= 87
          THEN 18585
          WHEN "t0"."ua_major" >= 86
          THEN 18544
          WHEN "t0"."ua_major" >= 85
          THEN 18501
          WHEN "t0"."ua_major" >= 84
          THEN 18459
          WHEN "t0"."ua_major" >= 83
          THEN 18403
          WHEN "t0"."ua_major" >= 81
          THEN 18365
          WHEN "t0"."ua_major" >= 80
          THEN 18299
          WHEN "t0"."ua_major" >= 79
          THEN 18276
          ELSE NULL
        END
        WHEN "t0"."ua_family" IN ('Firefox', 'Firefox Mobile')
        THEN CASE
          WHEN "t0"."ua_major" > 160
          THEN CAST(NULL AS BIGINT)
          WHEN "t0"."ua_major" >= 160
          THEN 20767
          WHEN "t0"."ua_major" >= 159
          THEN 20753
          WHEN "t0"."ua_major" >= 158
          THEN 20739
          WHEN "t0"."ua_major" >= 157
          THEN 20725
          WHEN "t0"."ua_major" >= 156
          THEN 20711
          WHEN "t0"."ua_major" >= 155
          THEN 20697
          WHEN "t0"."ua_major" >= 154
          THEN 20683
          WHEN "t0"."ua_major" >= 153
          THEN 20655
          WHEN "t0"."ua_major" >= 152
          THEN 20620
          WHEN "t0"."ua_major" >= 151
          THEN 20592
          WHEN "t0"."ua_major" >= 150
          THEN 20564
          WHEN "t0"."ua_major" >= 149
          THEN 20536
          WHEN "t0"."ua_major" >= 148
          THEN 20508
          WHEN "t0"."ua_major" >= 147
          THEN 20466
          WHEN "t0"."ua_major" >= 146
          THEN 20431
          WHEN "t0"."ua_major" >= 145
          THEN 20403
          WHEN "t0"."ua_major" >= 144
          THEN 20375
          WHEN "t0"."ua_major" >= 143
          THEN 20347
          WHEN "t0"."ua_major" >= 142
          THEN 20319
          WHEN "t0"."ua_major" >= 141
          THEN 20291
          WHEN "t0"."ua_major" >= 140
          THEN 20263
          WHEN "t0"."ua_major" >= 139
          THEN 20235
          WHEN "t0"."ua_major" >= 138
          THEN 20207
          WHEN "t0"."ua_major" >= 137
          THEN 20179
          WHEN "t0"."ua_major" >= 136
          THEN 20151
          WHEN "t0"."ua_major" >= 135
          THEN 20123
          WHEN "t0"."ua_major" >= 134
          THEN 20095
          WHEN "t0"."ua_major" >= 133
          THEN 20053
          WHEN "t0"."ua_major" >= 132
          THEN 20025
          WHEN "t0"."ua_major" >= 131
          THEN 19997
          WHEN "t0"."ua_major" >= 130
          THEN 19969
          WHEN "t0"."ua_major" >= 129
          THEN 19941
          WHEN "t0"."ua_major" >= 128
          THEN 19913
          WHEN "t0"."ua_major" >= 127
          THEN 19885
          WHEN "t0"."ua_major" >= 126
          THEN 19857
          WHEN "t0"."ua_major" >= 125
          THEN 19829
          WHEN "t0"."ua_major" >= 124
          THEN 19801
          WHEN "t0"."ua_major" >= 123
          THEN 19773
          WHEN "t0"."ua_major" >= 122
          THEN 19745
          WHEN "t0"."ua_major" >= 121
          THEN 19710
          WHEN "t0"."ua_major" >= 120
          THEN 19682
          WHEN "t0"."ua_major" >= 119
          THEN 19654
          WHEN "t0"."ua_major" >= 118
          THEN 19626
          WHEN "t0"."ua_major" >= 117
          THEN 19598
          WHEN "t0"."ua_major" >= 116
          THEN 19570
          WHEN "t0"."ua_major" >= 115
          THEN 19542
          WHEN "t0"."ua_major" >= 114
          THEN 19514
          WHEN "t0"."ua_major" >= 113
          THEN 19486
          WHEN "t0"."ua_major" >= 112
          THEN 19458
          WHEN "t0"."ua_major" >= 111
          THEN 19430
          WHEN "t0"."ua_major" >= 110
          THEN 19402
          WHEN "t0"."ua_major" >= 109
          THEN 19374
          WHEN "t0"."ua_major" >= 108
          THEN 19339
          WHEN "t0"."ua_major" >= 107
          THEN 19311
          WHEN "t0"."ua_major" >= 106
          THEN 19283
          WHEN "t0"."ua_major" >= 105
          THEN 19255
          WHEN "t0"."ua_major" >= 104
          THEN 19227
          WHEN "t0"."ua_major" >= 103
          THEN 19199
          WHEN "t0"."ua_major" >= 102
          THEN 19171
          WHEN "t0"."ua_major" >= 101
          THEN 19143
          WHEN "t0"."ua_major" >= 100
          THEN 19115
          WHEN "t0"."ua_major" >= 99
          THEN 19087
          WHEN "t0"."ua_major" >= 98
          THEN 19059
          WHEN "t0"."ua_major" >= 97
          THEN 19031
          WHEN "t0"."ua_major" >= 96
          THEN 19003
          WHEN "t0"."ua_major" >= 95
          THEN 18968
          WHEN "t0"."ua_major" >= 94
          THEN 18933
          WHEN "t0"."ua_major" >= 93
          THEN 18905
          WHEN "t0"."ua_major" >= 92
          THEN 18877
          WHEN "t0"."ua_major" >= 91
          THEN 18849
          WHEN "t0"."ua_major" >= 90
          THEN 18821
          WHEN "t0"."ua_major" >= 89
          THEN 18779
          WHEN "t0"."ua_major" >= 88
          THEN 18736
          WHEN "t0"."ua_major" >= 87
          THEN 18709
          WHEN "t0"."ua_major" >= 86
          THEN 18681
          WHEN "t0"."ua_major" >= 85
          THEN 18653
          WHEN "t0"."ua_major" >= 84
          THEN 18611
          WHEN "t0"."ua_major" >= 83
          THEN 18583
          WHEN "t0"."ua_major" >= 82
          THEN 18555
          WHEN "t0"."ua_major" >= 81
          THEN 18527
          WHEN "t0"."ua_major" >= 80
          THEN 18499
          WHEN "t0"."ua_major" >= 79
          THEN 18471
          WHEN "t0"."ua_major" >= 78
          THEN 18443
          WHEN "t0"."ua_major" >= 77
          THEN 18415
          WHEN "t0"."ua_major" >= 76
          THEN 18387
          WHEN "t0"."ua_major" >= 75
          THEN 18359
          WHEN "t0"."ua_major" >= 74
          THEN 18331
          WHEN "t0"."ua_major" >= 73
          THEN 18303
          WHEN "t0"."ua_major" >= 72
          THEN 18268
          WHEN "t0"."ua_major" >= 71
          THEN 18240
          WHEN "t0"."ua_major" >= 70
          THEN 18191
          WHEN "t0"."ua_major" >= 69
          THEN 18142
          WHEN "t0"."ua_major" >= 68
          THEN 18086
          WHEN "t0"."ua_major" >= 67
          THEN 18037
          WHEN "t0"."ua_major" >= 66
          THEN 17974
          WHEN "t0"."ua_major" >= 65
          THEN 17925
          WHEN "t0"."ua_major" >= 64
          THEN 17876
          WHEN "t0"."ua_major" >= 63
          THEN 17827
          WHEN "t0"."ua_major" >= 62
          THEN 17779
          WHEN "t0"."ua_major" >= 61
          THEN 17708
          WHEN "t0"."ua_major" >= 60
          THEN 17660
          WHEN "t0"."ua_major" >= 59
          THEN 17603
          WHEN "t0"."ua_major" >= 58
          THEN 17554
          WHEN "t0"."ua_major" >= 57
          THEN 17484
          WHEN "t0"."ua_major" >= 56
          THEN 17437
          WHEN "t0"."ua_major" >= 55
          THEN 17386
          WHEN "t0"."ua_major" >= 54
          THEN 17330
          WHEN "t0"."ua_major" >= 53
          THEN 17275
          WHEN "t0"."ua_major" >= 52
          THEN 17232
          WHEN "t0"."ua_major" >= 51
          THEN 17190
          WHEN "t0"."ua_major" >= 50
          THEN 17120
          WHEN "t0"."ua_major" >= 49
          THEN 17064
          WHEN "t0"."ua_major" >= 48
          THEN 17015
          WHEN "t0"."ua_major" >= 47
          THEN 16959
          WHEN "t0"."ua_major" >= 46
          THEN 16917
          WHEN "t0"."ua_major" >= 45
          THEN 16868
          WHEN "t0"."ua_major" >= 44
          THEN 16826
          WHEN "t0"."ua_major" >= 43
          THEN 16784
          WHEN "t0"."ua_major" >= 42
          THEN 16742
          WHEN "t0"."ua_major" >= 41
          THEN 16700
          WHEN "t0"."ua_major" >= 40
          THEN 16658
          WHEN "t0"."ua_major" >= 39
          THEN 16618
          WHEN "t0"."ua_major" >= 38
          THEN 16567
          WHEN "t0"."ua_major" >= 37
          THEN 16525
          WHEN "t0"."ua_major" >= 36
          THEN 16490
          WHEN "t0"."ua_major" >= 35
          THEN 16448
          WHEN "t0"."ua_major" >= 34
          THEN 16405
          WHEN "t0"."ua_major" >= 33
          THEN 16357
          WHEN "t0"."ua_major" >= 32
          THEN 16315
          WHEN "t0"."ua_major" >= 31
          THEN 16273
          WHEN "t0"."ua_major" >= 30
          THEN 16231
          WHEN "t0"."ua_major" >= 29
          THEN 16189
          WHEN "t0"."ua_major" >= 28
          THEN 16147
          WHEN "t0"."ua_major" >= 27
          THEN 16105
          WHEN "t0"."ua_major" >= 26
          THEN 16049
          WHEN "t0"."ua_major" >= 25
          THEN 16007
          WHEN "t0"."ua_major" >= 24
          THEN 15965
          WHEN "t0"."ua_major" >= 23
          THEN 15923
          WHEN "t0"."ua_major" >= 22
          THEN 15881
          WHEN "t0"."ua_major" >= 21
          THEN 15839
          WHEN "t0"."ua_major" >= 20
          THEN 15797
          WHEN "t0"."ua_major" >= 19
          THEN 15755
          WHEN "t0"."ua_major" >= 18
          THEN 15713
          WHEN "t0"."ua_major" >= 17
          THEN 15664
          WHEN "t0"."ua_major" >= 16
          THEN 15622
          WHEN "t0"."ua_major" >= 15
          THEN 15580
          WHEN "t0"."ua_major" >= 14
          THEN 15538
          WHEN "t0"."ua_major" >= 13
          THEN 15496
          WHEN "t0"."ua_major" >= 12
          THEN 15454
          WHEN "t0"."ua_major" >= 11
          THEN 15412
          WHEN "t0"."ua_major" >= 10
          THEN 15370
          WHEN "t0"."ua_major" >= 9
          THEN 15328
          WHEN "t0"."ua_major" >= 8
          THEN 15286
          WHEN "t0"."ua_major" >= 7
          THEN 15244
          WHEN "t0"."ua_major" >= 6
          THEN 15202
          ELSE NULL
        END
        WHEN "t0"."ua_family" IN ('Mobile Safari', 'Mobile Safari UI/WKWebView')
        THEN CASE
          WHEN "t0"."ua_major" > 27
          THEN CAST(NULL AS BIGINT)
          WHEN "t0"."ua_major" >= 27
          THEN 20710
          WHEN "t0"."ua_major" >= 26
          THEN 20346
          WHEN "t0"."ua_major" >= 18
          THEN 19982
          WHEN "t0"."ua_major" >= 17
          THEN 19618
          WHEN "t0"."ua_major" >= 16
          THEN 19247
          WHEN "t0"."ua_major" >= 15
          THEN 18890
          WHEN "t0"."ua_major" >= 14
          THEN 18521
          WHEN "t0"."ua_major" >= 13
          THEN 18158
          WHEN "t0"."ua_major" >= 12
          THEN 17791
          WHEN "t0"."ua_major" >= 11
          THEN 17428
          WHEN "t0"."ua_major" >= 10
          THEN 17057
          WHEN "t0"."ua_major" >= 9
          THEN 16694
          WHEN "t0"."ua_major" >= 8
          THEN 16330
          WHEN "t0"."ua_major" >= 7
          THEN 15966
          WHEN "t0"."ua_major" >= 6
          THEN 15602
          WHEN "t0"."ua_major" >= 5
          THEN 15259
          WHEN "t0"."ua_major" >= 4
          THEN 14781
          ELSE NULL
        END
        ELSE NULL
      END,
      FALSE
    )
    THEN 1
    ELSE 0
  END AS "mask"
FROM "facts_raw" AS "t0";
